import KoaRouter from "@koa/router";
import type { Middleware } from "koa";
import type { TObject } from "typebox";
import type { Json, JsonObject } from "../../domain/json.ts";
import type { SchemaValidator } from "../../domain/ports/schema-validator.ts";
import { readBody } from "./body.ts";
import type { Caller, Context, State } from "./context.ts";
import { callerOf } from "./identity.ts";
import { HttpProblem, invalidFields } from "./problems.ts";
import type { Input, Route } from "./route.ts";

const RUN_ID = /^[\w-]{8,64}$/;
const NOBODY: Caller = { tenant_id: null, user_id: null };

/** Middleware that answers requests by these routes, and tells apart what is unknown from what is not allowed. */
export function routing(routes: readonly Route[], validator: SchemaValidator): Middleware<State>[] {
  const router = new KoaRouter<State>({ sensitive: true });
  for (const route of routes) {
    const handle = async (ctx: Context & { params: Record<string, string> }) => {
      ctx.state.route = route.path;
      // Anything may stand in a path; only what can be an id goes to the log.
      const { run_id = "" } = ctx.params;
      if (RUN_ID.test(run_id)) ctx.state.run_id = run_id;
      const caller = route.open ? NOBODY : callerOf(ctx, route);
      await route.handle(ctx, { params: ctx.params, caller, ...(await readInput(ctx, route, validator)) });
    };
    router.register(route.path.replaceAll(/\{(\w+)\}/g, ":$1"), [route.method.toLowerCase()], handle);
  }
  return [router.routes() as Middleware<State>, (ctx) => refuse(ctx, router)];
}

type Parts = Omit<Input<TObject, TObject, TObject>, "params" | "caller">;
/** What was read and found valid; the route's own types say more. */
type Fields = Record<PropertyKey, unknown>;

async function readInput(ctx: Context, route: Route, validator: SchemaValidator): Promise<Parts> {
  return {
    query: route.query ? readQuery(ctx, route.query, validator) : {},
    headers: route.headers ? readHeaders(ctx, route.headers, validator) : {},
    body: route.body ? await readValidBody(ctx, route.body, validator) : {},
  };
}

/** A parameter without a value counts as left out. */
function readQuery(ctx: Context, schema: TObject, validator: SchemaValidator): Fields {
  const given = Object.entries(ctx.query).filter(([, value]) => value !== undefined && value !== "");
  const query = Object.fromEntries(
    given.map(([name, value]) => [name, convert(value as Json, schema.properties[name])]),
  );
  const issues = validator.validate(asJson(schema), query);
  if (issues.length > 0) throw invalidFields("invalid_parameters", "query", issues);
  return query;
}

/** Each header that came is checked by itself: most requests have none, and then nothing is spent on them. */
function readHeaders(ctx: Context, { properties }: TObject, validator: SchemaValidator): Fields {
  const headers: Record<string, Json> = {};
  for (const [name, schema] of Object.entries(properties)) {
    const given = ctx.get(name);
    if (given === "") continue;
    const value = convert(given, schema);
    const issues = validator.validate(asJson(schema), value);
    if (issues.length > 0) {
      const named = issues.map((issue) => ({
        pointer: `/${name}`,
        message: issue.message.replace("the value", name),
      }));
      throw invalidFields("invalid_parameters", "header", named);
    }
    headers[name] = value;
  }
  return headers;
}

async function readValidBody(
  ctx: Context,
  { schema, required }: NonNullable<Route["body"]>,
  validator: SchemaValidator,
): Promise<Fields> {
  const body = await readBody(ctx.req);
  if (body === undefined && !required) return {};
  if (body === undefined)
    throw new HttpProblem("invalid_json", "The body is empty; it must be a JSON object.");
  const issues = validator.validate(asJson(schema), body);
  if (issues.length > 0) throw invalidFields("invalid_body", "body", issues);
  return body as Fields;
}

/** Parameters and headers are text; where a whole number is wanted, its digits are one. */
function convert(value: Json, schema: object | undefined): Json {
  const wantsInteger = schema !== undefined && "type" in schema && schema.type === "integer";
  return wantsInteger && typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
}

/** TypeBox's schemas are JSON Schemas; their types say more than that. */
function asJson(schema: object): JsonObject {
  return schema as JsonObject;
}

async function refuse(ctx: Context, router: KoaRouter<State>): Promise<void> {
  callerOf(ctx);
  const matched = router.match(ctx.path, ctx.method).path;
  const allowed = new Set(matched.flatMap(({ methods }) => methods));
  if (allowed.size === 0) throw new HttpProblem("unknown_route", `There is nothing at ${ctx.path}.`);
  const headers = { Allow: [...allowed, "OPTIONS"].toSorted().join(", ") };
  if (ctx.method !== "OPTIONS") {
    throw new HttpProblem("method_not_allowed", `${ctx.path} does not take ${ctx.method}.`, { headers });
  }
  ctx.status = 204;
  ctx.set(headers);
}
