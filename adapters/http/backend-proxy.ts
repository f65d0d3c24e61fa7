import { type OutgoingHttpHeaders, request as send } from "node:http";
import type { Middleware } from "koa";
import type { State } from "./context.ts";

/** Headers about one connection only (RFC 9110, § 7.6.1): they are not passed on. */
const HOP_BY_HOP = ["connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];

/**
 * Passes a request on to the API and its answer back, as it streams. When the API is away it answers 502,
 * and clients try again.
 */
export function backendProxy(backend_url: string): Middleware<State> {
  return async (ctx) => {
    const target = new URL(ctx.originalUrl, backend_url);
    const headers: OutgoingHttpHeaders = { ...ctx.headers, host: target.host };
    for (const name of HOP_BY_HOP) delete headers[name];
    ctx.respond = false;
    const { req, res } = ctx;
    const passed = send(target, { method: ctx.method, headers }, (answer) => {
      const { statusCode = 502 } = answer;
      const answered: OutgoingHttpHeaders = { ...answer.headers };
      for (const name of HOP_BY_HOP) delete answered[name];
      res.writeHead(statusCode, answered);
      res.flushHeaders();
      answer.pipe(res);
      answer.once("error", () => res.destroy());
    });
    passed.once("error", () => {
      if (res.headersSent) return res.destroy();
      res.writeHead(502, { "content-type": "application/problem+json" });
      return res.end(
        JSON.stringify({
          type: "about:blank",
          title: "Bad Gateway",
          status: 502,
          detail: "the API is out of reach",
        }),
      );
    });
    // A client that goes away ends what was asked for it.
    res.once("close", () => passed.destroy());
    req.pipe(passed);
  };
}
