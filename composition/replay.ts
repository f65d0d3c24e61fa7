import "reflect-metadata";
import { readFile } from "node:fs/promises";
import { Container } from "inversify";
import { ReplayError } from "../adapters/cli/replay/arguments.ts";
import { type Replayed, type ReplayRequest, replay } from "../adapters/cli/replay.ts";
import { InstructedChatModel } from "../adapters/replay/instructed-chat-model.ts";
import { ReplayChatModel } from "../adapters/replay/replay-chat-model.ts";
import { ReplayClock } from "../adapters/replay/replay-clock.ts";
import { ReplayKnowledgeIndex } from "../adapters/replay/replay-knowledge-index.ts";
import { ReplaySchemaValidator } from "../adapters/replay/replay-schema-validator.ts";
import { ReplayToolCatalog } from "../adapters/replay/replay-tool-catalog.ts";
import { ReplayRun } from "../application/replay-run.ts";
import type { ChatModel } from "../domain/ports/chat-model.ts";
import { apiKeyFor, runCommand } from "./command.ts";
import type { Config } from "./config.ts";
import { memoryModule } from "./modules/memory.ts";
import { modelModule } from "./modules/model.ts";
import { runsModule } from "./modules/runs.ts";
import { systemModule } from "./modules/system.ts";
import { RETRY, workflowModule } from "./modules/workflow.ts";
import { TOKENS } from "./tokens.ts";

/** Runs a record again in this process, on the memory adapters and what the record answers. */
export async function replayRecording(base: Config, request: ReplayRequest): Promise<Replayed> {
  const { recording, described, live } = request;
  const config = configFor(base, request);
  const container = new Container();
  container.load(systemModule(config), memoryModule(), runsModule(), workflowModule());
  const recorded = new ReplayChatModel(recording.turns);
  const turns = live === null ? () => recorded.asked : () => Number.MAX_SAFE_INTEGER;
  const clock = new ReplayClock(container.get(TOKENS.clock), recording.started.ts);
  const validator = container.get(TOKENS.validator);
  (await container.rebind(TOKENS.clock)).toConstantValue(clock);
  (await container.rebind(TOKENS.validator)).toConstantValue(
    new ReplaySchemaValidator(recording.validity, validator),
  );
  (await container.rebind(TOKENS.catalog)).toConstantValue(
    new ReplayToolCatalog({
      tools: recording.tools,
      faults: recording.faults,
      described,
      asked: new Set(recording.calls.map(({ tool_name }) => tool_name)),
      turns,
    }),
  );
  container.bind(TOKENS.index).toConstantValue(new ReplayKnowledgeIndex(recording.searches));
  if (live === null) container.bind(TOKENS.model).toConstantValue(recorded);
  else container.bind(TOKENS.model).toConstantValue(liveModel(config, live.instructions));

  const run = new ReplayRun(
    {
      store: container.get(TOKENS.store),
      sessions: container.get(TOKENS.sessions),
      lease: container.get(TOKENS.lease),
      queueFor: container.get(TOKENS.runQueueFor),
      timers: container.get(TOKENS.timers),
      ids: container.get(TOKENS.ids),
      log: container.get(TOKENS.log),
      meter: container.get(TOKENS.meter),
      clock,
    },
    container.get(TOKENS.steps),
    recording,
    { retry: RETRY, live: live !== null },
  );
  return run.execute();
}

/** What the record tells about the deployment it comes from, with what is to be different. */
function configFor(base: Config, { recording, live }: ReplayRequest): Config {
  const { firewall, rounds, hit_iteration_limit, calls, approval_timeout_seconds, uncited_answers } =
    recording;
  const policies = live?.policies ?? [];
  const overruled = new Set(policies.map(({ pattern }) => pattern));
  return {
    ...base,
    log_level: "silent",
    otlp_endpoint: null,
    approval_timeout_seconds,
    uncited_answers,
    // The conversation is remembered as on record.
    conversation_max_tokens: 0,
    caches: { retrieval: false, tool_result: false },
    max_iterations: hit_iteration_limit ? rounds : Math.max(base.max_iterations, rounds),
    tool_max_calls_per_run: firewall.max_calls_per_run ?? Math.max(base.tool_max_calls_per_run, calls.length),
    tool_policies: [...firewall.rules.filter(({ pattern }) => !overruled.has(pattern)), ...policies],
    model: modelFor(base, { recording, live }),
  };
}

function modelFor(
  { model }: Config,
  { recording, live }: Pick<ReplayRequest, "recording" | "live">,
): Config["model"] {
  if (live === null) return { ...model, judged: recording.judged };
  const { model: name } = live;
  if (name === null) return model;
  if (name === "deterministic") return { ...model, api_key: null, judged: [] };
  if (model.api_key === null) throw new ReplayError(`OPENAI_API_KEY is needed to ask the model ${name}`);
  return {
    ...model,
    models: { planning: name, generation: name, verification: name, classification: name },
  };
}

function liveModel(config: Config, instructions: string | null): ChatModel {
  const container = new Container();
  container.load(systemModule(config), modelModule());
  const model = container.get(TOKENS.model);
  return instructions === null ? model : new InstructedChatModel(model, instructions);
}

if (import.meta.main) {
  await runCommand((config) =>
    replay(process.argv.slice(2), {
      url: process.env.BATON_URL || "http://localhost:8000",
      api_key: apiKeyFor(config),
      readText: (path) => readFile(path, "utf8"),
      run: (request) => replayRecording(config, request),
    }),
  );
}
