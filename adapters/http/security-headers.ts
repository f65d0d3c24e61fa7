import type { Middleware } from "koa";
import type { State } from "./context.ts";

/** Answers are data: nothing in them may run, be framed, or be kept by a cache. Pages loosen what they must. */
const HEADERS = {
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Cache-Control": "no-store",
};

export const securityHeaders: Middleware<State> = async (ctx, next) => {
  ctx.set(HEADERS);
  await next();
};
