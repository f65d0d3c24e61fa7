import { randomUUID } from "node:crypto";
import type { Middleware } from "koa";
import type { Clock } from "../../domain/ports/clock.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Meter } from "../../domain/ports/meter.ts";
import type { State } from "./context.ts";

/** Asked every few seconds by machines: not worth a line while all is well. */
const PROBES = new Set(["/health", "/ready", "/metrics"]);
const REQUEST_ID = /^[\w.-]{1,128}$/;

interface Ports {
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
}

/**
 * One line and one measurement per request, when its answer has gone out. Neither holds more of the request
 * than its method and route: paths, queries, headers and bodies may carry what is not for a log.
 */
export function accessLog({ log, meter, clock }: Ports): Middleware<State> {
  return async (ctx, next) => {
    const start = clock.monotonic();
    const given = ctx.get("X-Request-Id");
    const request_id = REQUEST_ID.test(given) ? given : randomUUID();
    Object.assign(ctx.state, { request_id, caller: null });
    ctx.set("X-Request-Id", request_id);
    ctx.res.once("close", () => {
      const ms = clock.monotonic() - start;
      const { route = "none", run_id, long } = ctx.state;
      const { statusCode, writableFinished } = ctx.res;
      const { method } = ctx;
      const line = {
        request_id,
        method,
        route,
        status: statusCode,
        ms: Math.round(ms * 10) / 10,
        ...(run_id !== undefined && { run_id }),
        ...(!writableFinished && { aborted: true }),
      };
      const probe = PROBES.has(route) && statusCode < 400;
      if (probe) log.debug("request", line);
      else log.info("request", line);
      if (long) return;
      const labels = { method, route, status: String(statusCode) };
      meter.observe("baton_http_request_duration_seconds", ms / 1000, labels);
    });
    await next();
  };
}
