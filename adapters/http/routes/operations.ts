import { Type } from "typebox";
import type { Clock } from "../../../domain/ports/clock.ts";
import type { Log } from "../../../domain/ports/log.ts";
import type { OperationsDependencies, ReadinessCheck } from "../dependencies.ts";
import { HttpProblem } from "../problems.ts";
import { type Route, route } from "../route.ts";
import { Health, Readiness } from "../schemas/answers.ts";

const CHECK_MS = 2_000;

type Dependencies = OperationsDependencies & { readonly log: Log; readonly clock: Clock };

/** What operators and their machines ask. */
export function operationsRoutes(dependencies: Dependencies): readonly Route[] {
  const { alive = () => true, readiness, metricsText, log, clock } = dependencies;
  return [
    route({
      method: "GET",
      path: "/health",
      tag: "Operations",
      summary: "Is the process alive?",
      open: true,
      responses: { 200: { description: "It is.", schema: Health } },
      handle: async (ctx) => {
        if (!alive())
          throw new HttpProblem("unavailable", "The process no longer does its work; restart it.");
        ctx.body = { status: "ok" };
      },
    }),

    route({
      method: "GET",
      path: "/ready",
      tag: "Operations",
      summary: "Can the process do its work?",
      responses: {
        200: { description: "All it depends on works.", schema: Readiness },
        503: { description: "Something it depends on does not work.", schema: Readiness },
      },
      handle: async (ctx) => {
        const dependencies = await Promise.all(readiness.map(checked));
        const ready = dependencies.every(({ status }) => status === "ok");
        ctx.status = ready ? 200 : 503;
        ctx.body = { status: ready ? "ready" : "unavailable", dependencies };
      },
    }),

    route({
      method: "GET",
      path: "/metrics",
      tag: "Operations",
      summary: "Numbers for Prometheus",
      responses: {
        200: { description: "Prometheus text format.", content_type: "text/plain", schema: Type.String() },
      },
      handle: async (ctx) => {
        const { content_type, body } = await metricsText();
        ctx.set("Content-Type", content_type);
        ctx.body = body;
      },
    }),
  ];

  /** The reason a client reads is short; what exactly was wrong is for the log, since it may name hosts. */
  async function checked({ name, check }: ReadinessCheck) {
    const start = clock.monotonic();
    const signal = AbortSignal.timeout(CHECK_MS);
    const failure = await Promise.race([check(signal).then(() => null, describe), aborted(signal)]);
    const duration_ms = Math.round(clock.monotonic() - start);
    if (failure === null) return { name, status: "ok", duration_ms };
    log.warn("not ready", { dependency: name, error: failure.error });
    return { name, status: "failed", duration_ms, reason: failure.reason };
  }
}

interface Failure {
  readonly reason: string;
  readonly error: unknown;
}

function describe(error: unknown): Failure {
  const code = error instanceof Error && "code" in error ? String(error.code) : "does not work";
  return { reason: code, error };
}

function aborted(signal: AbortSignal): Promise<Failure> {
  return new Promise((resolve) => {
    const reason = `did not answer within ${CHECK_MS} ms`;
    signal.addEventListener("abort", () => resolve({ reason, error: new Error(reason) }), { once: true });
  });
}
