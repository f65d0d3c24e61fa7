import "reflect-metadata";
import { Container } from "inversify";
import type { ApprovalRequest } from "../../application/approve-run.ts";
import type { StartRunRequest } from "../../application/start-run.ts";
import { readConfig } from "../../composition/config.ts";
import { apiModule } from "../../composition/modules/api.ts";
import { memoryModule } from "../../composition/modules/memory.ts";
import { runsModule } from "../../composition/modules/runs.ts";
import { systemModule } from "../../composition/modules/system.ts";
import { toolsModule } from "../../composition/modules/tools.ts";
import { workflowModule } from "../../composition/modules/workflow.ts";
import { TOKENS } from "../../composition/tokens.ts";
import { TransientError } from "../../domain/errors.ts";
import type { RunId } from "../../domain/ids.ts";
import type { RetrievedChunk } from "../../domain/knowledge/chunk.ts";
import type { ChatModel } from "../../domain/ports/chat-model.ts";
import { type EventType, isTerminal, type RunEvent } from "../../domain/run/events.ts";
import type { RunState } from "../../domain/run/state.ts";
import { followed } from "./followed.ts";
import { ScriptedToolbox } from "./scripted-toolbox.ts";

export interface EngineOptions {
  readonly model: ChatModel;
  readonly tools?: ScriptedToolbox;
  readonly evidence?: readonly RetrievedChunk[];
  readonly env?: Readonly<Record<string, string>>;
  /** Starts without one; see `startToolWorker`. */
  readonly without_tool_worker?: boolean;
  /** So many commits of tool results fail as they do while the store is out of reach. */
  readonly failing_commits?: number;
  /** Nobody hears of committed events: all that the feed would tell is lost. */
  readonly deaf?: boolean;
  /** A ledger that throws what nobody expects, as a bug would. */
  readonly failing_ledger?: boolean;
}

/** A tool that no test calls: every real tool worker has some. */
const IDLE = { annotations: { readOnlyHint: true }, run: async () => "idle" };

/** The engine of one process on the memory adapters, wired by the real modules, with a model and tools of the test's. */
export class TestEngine {
  readonly container: Container;
  readonly #workers: { start(): Promise<void>; close(): Promise<void> }[];

  private constructor(container: Container, workers: { start(): Promise<void>; close(): Promise<void> }[]) {
    this.container = container;
    this.#workers = workers;
  }

  static async start(options: EngineOptions): Promise<TestEngine> {
    const config = readConfig({ LOG_LEVEL: "silent", WORKER_TTL_SECONDS: "1", ...options.env });
    const container = new Container();
    container.load(
      systemModule(config),
      memoryModule(),
      runsModule(),
      workflowModule(),
      toolsModule(),
      apiModule(),
    );
    container.bind(TOKENS.model).toConstantValue(options.model);
    container.bind(TOKENS.toolbox).toConstantValue(options.tools ?? new ScriptedToolbox({ idle: IDLE }));
    container.bind(TOKENS.index).toConstantValue({
      replace: async () => undefined,
      search: async () => ({ chunks: options.evidence ?? [], degraded: null }),
      version: () => "test",
      close: async () => undefined,
    });
    if (options.failing_commits !== undefined) failToolResults(container, options.failing_commits);
    if (options.deaf) {
      (await container.rebind(TOKENS.feed)).toConstantValue({ subscribe: async () => async () => undefined });
    }
    if (options.failing_ledger) {
      const begin = () => Promise.reject(new Error("the ledger has a bug"));
      (await container.rebind(TOKENS.ledger)).toConstantValue({ begin });
    }
    const tool_workers = options.without_tool_worker ? [] : [container.get(TOKENS.toolWorker)];
    const workers = [...tool_workers, container.get(TOKENS.workflowWorker)];
    for (const worker of workers) await worker.start();
    return new TestEngine(container, workers);
  }

  async startToolWorker(): Promise<void> {
    const worker = this.container.get(TOKENS.toolWorker);
    this.#workers.push(worker);
    await worker.start();
  }

  async ask(message: string, request: Partial<StartRunRequest> = {}): Promise<RunId> {
    const start = this.container.get(TOKENS.startRun);
    const asked = {
      message,
      mode: "answer",
      tenant_id: "default",
      user_id: "anonymous",
      ...request,
    } as const;
    return (await start.execute(asked)).run_id;
  }

  async fork(run_id: RunId, from_seq: number): Promise<RunId> {
    const request = { run_id, from_seq, tenant_id: null, user_id: "brancher" };
    return (await this.container.get(TOKENS.forkRun).execute(request)).run_id;
  }

  cancel(run_id: RunId): Promise<void> {
    return this.container.get(TOKENS.cancelRun).execute(run_id, { user_id: "tester", reason: "enough" });
  }

  approve(run_id: RunId, request: Omit<ApprovalRequest, "user_id">): Promise<void> {
    return this.container.get(TOKENS.approveRun).execute(run_id, { user_id: "tester", ...request });
  }

  state(run_id: RunId): Promise<RunState> {
    return this.container.get(TOKENS.readRuns).state(run_id, null);
  }

  history(run_id: RunId): Promise<readonly RunEvent[]> {
    return this.container.get(TOKENS.readRuns).history(run_id);
  }

  /** Follows the run until `enough` holds for an event, or it ends, and returns what came. */
  async until(
    run_id: RunId,
    enough: (event: RunEvent) => boolean = isTerminal,
  ): Promise<readonly RunEvent[]> {
    const events: RunEvent[] = [];
    const follow = this.container.get(TOKENS.followRun);
    for await (const event of followed(follow, run_id, 0, AbortSignal.timeout(10_000))) {
      events.push(event);
      if (enough(event)) return events;
    }
    throw new Error(
      `what was waited for did not come; there were ${events.map(({ type }) => type).join(", ")}`,
    );
  }

  async close(): Promise<void> {
    for (const worker of this.#workers.toReversed()) await worker.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Makes the store unreachable for the next commits that hold a tool's result. */
function failToolResults(container: Container, times: number): void {
  const store = container.get(TOKENS.store);
  const commit = store.commit.bind(store);
  let left = times;
  store.commit = async (asked) => {
    if (left > 0 && asked.events.some(({ type }) => type === "tool.completed")) {
      left -= 1;
      throw new TransientError("store_unavailable", "scripted outage");
    }
    return commit(asked);
  };
}

/** The one event of that type; fails when there is none or more. */
export function only<T extends EventType>(events: readonly RunEvent[], type: T): RunEvent<T> {
  const found = all(events, type);
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(`${found.length} events are ${type}, not one`);
  return found[0];
}

export function all<T extends EventType>(events: readonly RunEvent[], type: T): readonly RunEvent<T>[] {
  return events.filter((event) => event.type === type) as readonly RunEvent[] as readonly RunEvent<T>[];
}

/** A promise and how to resolve it: for holding a scripted model or tool at a point. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
