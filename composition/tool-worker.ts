import "reflect-metadata";
import { Container } from "inversify";
import { type Config, loadConfig } from "./config.ts";
import { redisModule } from "./modules/redis.ts";
import { runsModule } from "./modules/runs.ts";
import { systemModule } from "./modules/system.ts";
import { toolboxModule } from "./modules/toolbox.ts";
import { toolsModule } from "./modules/tools.ts";
import { type Application, runProcess } from "./process.ts";
import { TOKENS } from "./tokens.ts";
import { workerApplication } from "./worker-application.ts";

/** The process that executes tools: the only kind that connects to MCP servers and holds their credentials. */
export async function createToolWorkerProcess(config: Config): Promise<Application> {
  const container = new Container();
  container.load(
    systemModule(config),
    redisModule("tool-worker"),
    runsModule(),
    await toolboxModule(config),
    toolsModule(),
  );
  const toolbox = container.get(TOKENS.toolbox);
  return workerApplication(container, container.get(TOKENS.toolWorker), {
    prepare: () => toolbox.start(),
    free: () => toolbox.close(),
  });
}

if (import.meta.main) await runProcess(() => createToolWorkerProcess(loadConfig()));
