import type { TObject } from "typebox";
import type { JsonObject } from "../../domain/json.ts";
import { BODY_LIMIT_BYTES } from "./body.ts";
import type { ResponseSpec, Route } from "./route.ts";
import { ProblemDetails } from "./schemas/answers.ts";

/** The OpenAPI 3.1 document of these routes. Schemas with a title become components. */
export function describeApi(routes: readonly Route[], version: string): JsonObject {
  const components = new Components();
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) {
    const operation = describeRoute(route, components) as JsonObject;
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Baton",
      version,
      description: `Runs AI agents durably: every step of a run is an event. Bodies are JSON in UTF-8, at most ${BODY_LIMIT_BYTES} bytes; times are UTC; errors are RFC 9457 problems.`,
      license: { name: "MIT", identifier: "MIT" },
    },
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    security: [{}, { bearer: [] }, { header: [] }],
    paths,
    components: {
      schemas: components.schemas,
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "Needed when the deployment has API keys." },
        header: { type: "apiKey", in: "header", name: "X-API-Key" },
      },
    },
  };
}

function describeRoute(route: Route, components: Components): object {
  const { method, path, tag, summary, description, open, query, headers, body, responses } = route;
  return {
    operationId: operationId(method, path),
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(open && { security: [] }),
    parameters: [
      ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
        name,
        in: "path",
        required: true,
        schema: { type: "string" },
      })),
      ...parameters("query", query, components),
      ...parameters("header", headers, components),
    ],
    ...(body && {
      requestBody: {
        required: body.required,
        content: { "application/json": { schema: components.refer(body.schema) } },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(responses).map(([status, spec]) => [status, describeResponse(spec, components)]),
      ),
      default: describeResponse(
        { description: "A problem.", content_type: "application/problem+json", schema: ProblemDetails },
        components,
      ),
    },
  };
}

function parameters(
  where: "query" | "header",
  schema: TObject | undefined,
  components: Components,
): object[] {
  const required = new Set(schema?.required ?? []);
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => {
    const { description, ...rest } = property as { description?: string };
    return {
      name,
      in: where,
      required: required.has(name),
      ...(description !== undefined && { description }),
      schema: components.refer(rest),
    };
  });
}

function describeResponse(spec: ResponseSpec, components: Components): object {
  const { description, schema, content_type = "application/json", headers, alternatives } = spec;
  const content = { ...(schema && { [content_type]: schema }), ...alternatives };
  return {
    description,
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [
          name,
          { description: text, schema: { type: "string" } },
        ]),
      ),
    }),
    ...(Object.keys(content).length > 0 && {
      content: Object.fromEntries(
        Object.entries(content).map(([type, body]) => [type, { schema: components.refer(body) }]),
      ),
    }),
  };
}

/** `GET /runs/{run_id}/state` → `get_runs_run_id_state` */
function operationId(method: string, path: string): string {
  return [method.toLowerCase(), ...path.split(/[^\w]+/).filter((part) => part !== "")].join("_");
}

/** Schemas that are written once and referred to. */
class Components {
  readonly schemas: Record<string, JsonObject> = {};

  /** The schema with every titled one in it, itself included, replaced by a reference. */
  refer(schema: unknown): JsonObject {
    return this.#replace(schema) as JsonObject;
  }

  #replace(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((element) => this.#replace(element));
    if (value === null || typeof value !== "object") return value;
    const title = "title" in value && typeof value.title === "string" ? value.title : null;
    if (title === null) return this.#inner(value);
    if (!Object.hasOwn(this.schemas, title)) {
      // Held before it is complete: a schema may refer to itself.
      this.schemas[title] = {};
      this.schemas[title] = this.#inner(value) as JsonObject;
    }
    return { $ref: `#/components/schemas/${title}` };
  }

  #inner(schema: object): object {
    return Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, this.#replace(value)]));
  }
}
