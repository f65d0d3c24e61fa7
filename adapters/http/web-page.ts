import type { ServerResponse } from "node:http";
import type { Middleware } from "koa";
import sirv, { type Options, type RequestHandler } from "sirv";
import type { State } from "./context.ts";

const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The name of a file in here tells its content: what has it once never asks again. */
const HASHED = "/assets/";

export interface WebPage {
  /** The built page: index.html and what it loads. */
  readonly folder: string;
  /** Paths that the page itself routes, with parameters as `:id`; some of them are also the API's. */
  readonly routes: readonly string[];
}

/**
 * Serves the page's files, and its index.html where a browser navigates to one of its routes; all else goes on
 * to the API. The files are open to everybody, also with API keys: a page has to be there before it can ask
 * for one.
 */
export function webPage({ folder, routes }: WebPage): Middleware<State> {
  const files = sirv(folder, { ...FILES, setHeaders: describe });
  const index = sirv(folder, {
    ...FILES,
    single: true,
    ignores: false,
    setHeaders: (response, path) => {
      describe(response, path);
      response.setHeader("Vary", "Accept, Accept-Encoding");
    },
  });
  const routed = routes.map(toPattern);
  return async (ctx, next) => {
    const isRoute = routed.some((pattern) => pattern.test(ctx.path));
    // One address, two answers: caches have to tell them apart, whichever they hold.
    if (isRoute) ctx.vary("Accept");
    const reads = ctx.method === "GET" || ctx.method === "HEAD";
    const serve = isRoute && navigates(ctx) ? index : files;
    const missed = !reads || (await missing(serve, ctx));
    if (missed) await next();
  };
}

const FILES: Options = { etag: true, gzip: true, brotli: true };

function describe(response: ServerResponse, path: string): void {
  response.setHeader("Content-Security-Policy", POLICY);
  const cache = path.startsWith(HASHED) ? "public, max-age=31536000, immutable" : "no-cache";
  response.setHeader("Cache-Control", cache);
}

/** A person's browser wants a page; programs and the page itself want data, or do not say. */
function navigates(ctx: Parameters<Middleware<State>>[0]): boolean {
  return ctx.accepts("application/json", "text/event-stream", "text/html") === "text/html";
}

function toPattern(route: string): RegExp {
  return new RegExp(`^${route.replaceAll(/:\w+/g, "[^/]+")}$`);
}

/** True when there is no such file; else it is being sent. */
async function missing(serve: RequestHandler, ctx: Parameters<Middleware<State>>[0]): Promise<boolean> {
  return new Promise((resolve) => {
    ctx.respond = false;
    ctx.res.once("close", () => resolve(false));
    ctx.res.statusCode = 200;
    ctx.state.route = "the web page";
    serve(ctx.req, ctx.res, () => {
      delete ctx.state.route;
      ctx.respond = true;
      ctx.res.statusCode = 404;
      resolve(true);
    });
  });
}
