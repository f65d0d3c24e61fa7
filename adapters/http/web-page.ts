import type { Middleware } from "koa";
import sirv, { type RequestHandler } from "sirv";
import type { State } from "./context.ts";

const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Serves the files of a folder, its index.html at `/`; whatever is not a file there goes on to the API. The
 * files are open to everybody, also with API keys: a page has to be there before it can ask for one.
 */
export function webPage(folder: string): Middleware<State> {
  const serve = sirv(folder, {
    etag: true,
    gzip: true,
    brotli: true,
    setHeaders: (response) => {
      response.setHeader("Content-Security-Policy", POLICY);
      response.setHeader("Cache-Control", "no-cache");
    },
  });
  return async (ctx, next) => {
    const reads = ctx.method === "GET" || ctx.method === "HEAD";
    const missed = !reads || (await missing(serve, ctx));
    if (missed) await next();
  };
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
