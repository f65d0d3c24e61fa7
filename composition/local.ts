import "reflect-metadata";
import { Container } from "inversify";
import { createHttpServer } from "../adapters/http/server.ts";
import { settleRuns } from "../application/settle-runs.ts";
import { type Config, loadConfig } from "./config.ts";
import { httpDependencies, httpOptions } from "./http.ts";
import { apiModule } from "./modules/api.ts";
import { knowledgeModule } from "./modules/knowledge.ts";
import { memoryModule } from "./modules/memory.ts";
import { modelModule } from "./modules/model.ts";
import { runsModule } from "./modules/runs.ts";
import { systemModule } from "./modules/system.ts";
import { toolboxModule } from "./modules/toolbox.ts";
import { toolsModule } from "./modules/tools.ts";
import { workflowModule } from "./modules/workflow.ts";
import { type Application, runProcess } from "./process.ts";
import { ConfigError } from "./settings.ts";
import { TOKENS } from "./tokens.ts";

/** Everything in one process, its state in memory: API, page, workflow worker and tool worker. */
export async function createLocalProcess(
  config: Config,
): Promise<Application & { readonly container: Container; readonly port: number }> {
  if (config.mode === "distributed") {
    throw new ConfigError([
      "BACKEND_MODE is distributed: start npm run api, npm run workflow-worker and npm run tool-worker, or set it to single_process",
    ]);
  }
  const container = new Container();
  container.load(
    systemModule(config),
    memoryModule(),
    runsModule(),
    knowledgeModule(),
    modelModule(),
    await toolboxModule(config),
    workflowModule(),
    toolsModule(),
    apiModule(),
  );
  const log = container.get(TOKENS.log);
  const toolbox = container.get(TOKENS.toolbox);
  const workers = [container.get(TOKENS.toolWorker), container.get(TOKENS.workflowWorker)];
  const working = async () => {
    if (!workers.every((worker) => worker.healthy)) throw new Error("a worker has stopped consuming");
  };
  const readiness = [{ name: "workers", check: working }];
  const server = createHttpServer(httpDependencies(container, readiness), httpOptions(config, log));
  let port = 0;
  return {
    log,
    drain_seconds: config.drain_seconds,
    container,
    get port() {
      return port;
    },
    async start() {
      await toolbox.start();
      await container.get(TOKENS.ingestKnowledge).execute();
      for (const worker of workers) await worker.start();
      ({ port } = await server.listen());
      log.info("listening", { host: config.host, port, mode: config.mode, url: `http://localhost:${port}` });
    },
    async close() {
      // Its runs end with this process: they are finished first, and clients may watch them come to an end.
      container.get(TOKENS.acceptRun).stop();
      const clock = container.get(TOKENS.clock);
      if (!(await settleRuns(container.get(TOKENS.store), clock, config.drain_seconds * 1000))) {
        log.warn("drain time is over, runs under way are lost with this process");
      }
      for (const worker of workers.toReversed()) await worker.close();
      await server.close();
      await container.get(TOKENS.index).close();
      await container.get(TOKENS.traceExport).close();
      await toolbox.close();
    },
  };
}

if (import.meta.main) await runProcess(() => createLocalProcess(loadConfig()));
