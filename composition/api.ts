import "reflect-metadata";
import { Container } from "inversify";
import { createHttpServer } from "../adapters/http/server.ts";
import { type Config, loadConfig } from "./config.ts";
import { httpDependencies, httpOptions } from "./http.ts";
import { apiModule } from "./modules/api.ts";
import { redisModule } from "./modules/redis.ts";
import { runsModule } from "./modules/runs.ts";
import { systemModule } from "./modules/system.ts";
import { type Application, runProcess } from "./process.ts";
import { TOKENS } from "./tokens.ts";

/** The container of the API process: nothing in it can drive a run or execute a tool. */
export function apiContainer(config: Config): Container {
  const container = new Container();
  container.load(systemModule(config), redisModule("api"), runsModule(), apiModule());
  return container;
}

/** The process that serves HTTP and SSE, and leaves the work to the workers. */
export async function createApiProcess(config: Config): Promise<Application> {
  const container = apiContainer(config);
  const log = container.get(TOKENS.log);
  const redis = container.get(TOKENS.redis);
  const readiness = [{ name: "redis", check: () => redis.ready() }];
  const server = createHttpServer(httpDependencies(container, readiness), httpOptions(config, log));
  return {
    log,
    drain_seconds: config.drain_seconds,
    async start() {
      const { port } = await server.listen();
      log.info("listening", { host: config.host, port, mode: config.mode });
    },
    async close() {
      await server.close();
      await container.get(TOKENS.traceExport).close();
      await redis.close();
    },
  };
}

if (import.meta.main) await runProcess(() => createApiProcess(loadConfig()));
