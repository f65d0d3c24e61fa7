import type { Container } from "inversify";
import { createOperationsServer } from "../adapters/http/server.ts";
import { AjvSchemaValidator } from "../adapters/json-schema/ajv-validator.ts";
import type { Application } from "./process.ts";
import { TOKENS } from "./tokens.ts";

interface RunningWorker {
  readonly healthy: boolean;
  start(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A worker process on Redis: the worker, and its own port for /health, /ready and /metrics. `prepare` runs
 * before the first message is taken, `free` after the last one.
 */
export function workerApplication(
  container: Container,
  worker: RunningWorker,
  around: { prepare(): Promise<void>; free(): Promise<void> },
): Application {
  const log = container.get(TOKENS.log);
  const redis = container.get(TOKENS.redis);
  const { worker_port, host, drain_seconds } = container.get(TOKENS.config);
  const server = createOperationsServer(
    {
      log,
      meter: container.get(TOKENS.meter),
      clock: container.get(TOKENS.clock),
      validator: new AjvSchemaValidator({ time_limit_ms: null }),
      alive: () => worker.healthy,
      readiness: [{ name: "redis", check: () => redis.ready() }],
      metricsText: container.get(TOKENS.metrics),
    },
    { port: worker_port, host },
  );
  return {
    log,
    drain_seconds,
    async start() {
      if (worker_port !== 0) log.info("listening", { host, ...(await server.listen()) });
      await around.prepare();
      await worker.start();
    },
    async close() {
      await worker.close();
      await around.free();
      await container.get(TOKENS.traceExport).close();
      await server.close();
      await redis.close();
    },
  };
}
