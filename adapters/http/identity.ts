import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Middleware } from "koa";
import type { Caller, Context, State } from "./context.ts";
import type { ApiKey } from "./dependencies.ts";
import { HttpProblem } from "./problems.ts";
import type { Identity } from "./schemas/requests.ts";

const EVERYBODY: Caller = { tenant_id: null, user_id: null };
const DEFAULT_TENANT = "default";
const DEFAULT_USER = "anonymous";

/**
 * Finds out who calls. Keys come as `Authorization: Bearer`, as `X-API-Key`, or, so that a browser can open
 * /docs, as the password of Basic authentication. Browsers send that one by themselves, also on behalf of
 * foreign pages, so it is good for reading only.
 */
export function identify(api_keys: readonly ApiKey[]): Middleware<State> {
  const known = api_keys.map((entry) => ({ ...entry, digest: sha256(entry.key) }));
  return async (ctx, next) => {
    ctx.state.caller = known.length === 0 ? EVERYBODY : match(keyOf(ctx.req), known);
    await next();
  };
}

/** Who calls. Throws the 401 problem when a key is needed and none or a wrong one came. */
export function callerOf(ctx: Context, options: { readonly browsable?: boolean } = {}): Caller {
  if (ctx.state.caller !== null) return ctx.state.caller;
  throw new HttpProblem(
    "unauthorized",
    "This needs an API key, as `Authorization: Bearer <key>` or `X-API-Key: <key>`.",
    { headers: { "WWW-Authenticate": options.browsable ? 'Basic realm="baton"' : 'Bearer realm="baton"' } },
  );
}

/** The tenant and user a run is started for, or a decision is made by: the key's, else the body's. */
export function actingAs(
  caller: Caller,
  identity: Identity = {},
): { readonly tenant_id: string; readonly user_id: string } {
  return {
    tenant_id: caller.tenant_id ?? identity.tenant_id ?? DEFAULT_TENANT,
    user_id: caller.user_id ?? identity.user_id ?? DEFAULT_USER,
  };
}

function keyOf({ method, headers }: IncomingMessage): string | null {
  const [, scheme = "", credentials = ""] = /^(\S+) +(\S+)$/.exec(headers.authorization ?? "") ?? [];
  switch (scheme.toLowerCase()) {
    case "bearer":
      return credentials;
    case "basic":
      return method === "GET" || method === "HEAD" ? passwordOf(credentials) : null;
    default:
      return headers["x-api-key"]?.toString() ?? null;
  }
}

function passwordOf(credentials: string): string {
  const pair = Buffer.from(credentials, "base64").toString();
  return pair.slice(pair.indexOf(":") + 1);
}

/** Looks at every key, and at all of it, so that the time taken tells nothing. */
function match(key: string | null, known: readonly (ApiKey & { readonly digest: Buffer })[]): Caller | null {
  if (key === null) return null;
  const digest = sha256(key);
  let found: Caller | null = null;
  for (const { tenant_id, user_id, digest: expected } of known) {
    if (timingSafeEqual(digest, expected)) found = { tenant_id, user_id };
  }
  return found;
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
