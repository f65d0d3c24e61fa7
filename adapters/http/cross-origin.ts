import cors from "@koa/cors";
import type { Middleware } from "koa";
import type { Context, State } from "./context.ts";
import { HttpProblem } from "./problems.ts";

const REQUEST_HEADERS = [
  "Authorization",
  "Content-Type",
  "Idempotency-Key",
  "Last-Event-ID",
  "Prefer",
  "traceparent",
  "tracestate",
  "X-API-Key",
  "X-Request-Id",
  "X-Run-Id",
];
const RESPONSE_HEADERS = ["Location", "Preference-Applied", "Retry-After", "X-Request-Id"];
const PREFLIGHT_SECONDS = 600;

/** Lets pages of these origins call from a browser (CORS). */
export function allowOrigins(origins: readonly string[]): Middleware<State> {
  return cors({
    origin: (ctx) => (isAllowed(ctx.get("Origin"), origins) ? ctx.get("Origin") : ""),
    allowMethods: ["GET", "HEAD", "POST"],
    allowHeaders: REQUEST_HEADERS,
    exposeHeaders: RESPONSE_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
  });
}

/**
 * Refuses requests that change something and come from a page of a foreign origin: without API keys, any
 * page a user happens to open could otherwise start runs on the Baton of their own machine. CORS does not
 * prevent that, since it only keeps the page from reading the answer. Programs send neither header.
 */
export function refuseForeignPages(origins: readonly string[]): Middleware<State> {
  return async (ctx, next) => {
    const safe = ctx.method === "GET" || ctx.method === "HEAD" || ctx.method === "OPTIONS";
    if (!safe && isForeign(ctx, origins)) {
      throw new HttpProblem(
        "cross_origin",
        `Pages of ${ctx.get("Origin") || "another origin"} may not call; CORS_ORIGINS lists those that may.`,
      );
    }
    await next();
  };
}

function isForeign(ctx: Context, origins: readonly string[]): boolean {
  const origin = ctx.get("Origin");
  if (isAllowed(origin, origins)) return false;
  const site = ctx.get("Sec-Fetch-Site");
  if (site !== "") return site !== "same-origin" && site !== "none";
  if (origin === "") return false;
  // Over plain HTTP browsers do not tell the site. A proxy in front may tell the host that the page was asked for.
  const host = URL.canParse(origin) ? new URL(origin).host : null;
  return host === null || (host !== ctx.get("Host") && host !== ctx.get("X-Forwarded-Host"));
}

function isAllowed(origin: string, origins: readonly string[]): boolean {
  return origin !== "" && (origins.includes(origin) || origins.includes("*"));
}
