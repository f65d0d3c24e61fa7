import "reflect-metadata";
import { Container } from "inversify";
import { type Config, loadConfig } from "./config.ts";
import { knowledgeModule } from "./modules/knowledge.ts";
import { modelModule } from "./modules/model.ts";
import { redisModule } from "./modules/redis.ts";
import { runsModule } from "./modules/runs.ts";
import { systemModule } from "./modules/system.ts";
import { workflowModule } from "./modules/workflow.ts";
import { type Application, runProcess } from "./process.ts";
import { TOKENS } from "./tokens.ts";
import { workerApplication } from "./worker-application.ts";

/** The process that ingests the knowledge and drives runs. It can neither serve the API nor execute tools. */
export async function createWorkflowWorkerProcess(config: Config): Promise<Application> {
  const container = new Container();
  container.load(
    systemModule(config),
    redisModule("workflow-worker"),
    runsModule(),
    knowledgeModule(),
    modelModule(),
    workflowModule(),
  );
  return workerApplication(container, container.get(TOKENS.workflowWorker), {
    prepare: async () => void (await container.get(TOKENS.ingestKnowledge).execute()),
    free: () => container.get(TOKENS.index).close(),
  });
}

if (import.meta.main) await runProcess(() => createWorkflowWorkerProcess(loadConfig()));
