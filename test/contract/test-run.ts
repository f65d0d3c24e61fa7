import { randomUUID } from "node:crypto";
import type { CallId, EventId, RunId, Timestamp } from "../../domain/ids.ts";
import type { Commit, Effects, NewRun, RunStore } from "../../domain/ports/run-store.ts";
import type { StartRun } from "../../domain/run/commands.ts";
import { decide } from "../../domain/run/decide.ts";
import type { EventDraft, RunEvent } from "../../domain/run/events.ts";
import { fold } from "../../domain/run/evolve.ts";
import { progressOf, summarize } from "../../domain/run/summary.ts";
import type { ToolRequest } from "../../domain/tools/tool.ts";
import { start } from "../support/run-commands.ts";

export const RUNNING: EventDraft = {
  type: "workflow.step.started",
  data: { step: "respond", attempt: 1, status: "running" },
};
export const COMPLETED: EventDraft = {
  type: "run.completed",
  data: { final_text: "It names its owner.", outcome: "success" },
};
const NO_EFFECTS: Effects = {
  request_tools: [],
  ended_calls: [],
  wake: false,
  due_at: null,
  release: false,
};

export function text(value: string): EventDraft {
  return { type: "output.chunk", data: { text: value, step: "respond", attempt: 1 } };
}

export function texts(count: number): readonly EventDraft[] {
  return Array.from({ length: count }, (_, index) => text(`${index} `));
}

export function newRunId(): RunId {
  return randomUUID() as RunId;
}

type CommitOptions = Partial<Omit<Commit, "effects" | "events" | "progress" | "snapshot">> & {
  readonly effects?: Partial<Effects>;
  /** Write the progress and a snapshot; the default. null drops the last snapshot. */
  readonly snapshot?: boolean | null;
};

/** A run as a test knows it: what was committed, and commits that would come next. */
export class TestRun {
  readonly run_id: RunId;
  readonly tenant_id: string;
  readonly #started: StartRun;
  #history: readonly RunEvent[] = [];

  constructor(run: Partial<StartRun["run"]> = {}, run_id: RunId = newRunId()) {
    const tenant_id = run.tenant_id ?? `tenant-${randomUUID()}`;
    this.run_id = run_id;
    this.tenant_id = tenant_id;
    this.#started = start({ conversation_id: randomUUID(), ...run, tenant_id }) as StartRun;
  }

  get history(): readonly RunEvent[] {
    return this.#history;
  }

  get version(): number {
    return this.#history.length;
  }

  /** The run as it asks to be created. */
  proposal(
    options: Partial<
      Pick<NewRun, "due_at" | "limits" | "idempotency" | "multitask_strategy" | "request_tools">
    > = {},
  ): NewRun {
    const events = this.#record(decide(this.#started, null));
    return {
      run_id: this.run_id,
      events,
      ...snapshotOf(events),
      due_at: null,
      request_tools: [],
      multitask_strategy: "enqueue",
      limits: { tenant: null, global: null },
      ...options,
    };
  }

  /** Creates the run; throws when that is refused. */
  async create(store: RunStore, options: Parameters<TestRun["proposal"]>[0] = {}): Promise<this> {
    const proposal = this.proposal(options);
    const result = await store.create(proposal);
    if (result.status !== "created") throw new Error(`the run was not created: ${result.status}`);
    this.#history = proposal.events;
    return this;
  }

  /** A commit on what is known of the run; making it changes nothing. */
  commit(
    drafts: readonly EventDraft[],
    { effects, snapshot = true, ...options }: CommitOptions = {},
  ): Commit {
    const events = this.#record(drafts);
    return {
      run_id: this.run_id,
      expected_version: this.version,
      events,
      ...(snapshot !== false && standingOf([...this.#history, ...events])),
      ...(snapshot === null && { snapshot }),
      effects: { ...NO_EFFECTS, ...effects },
      ...options,
    };
  }

  /** Commits; what was committed is known from then on. */
  async append(store: RunStore, drafts: readonly EventDraft[], options: CommitOptions = {}): Promise<void> {
    const commit = this.commit(drafts, options);
    await store.commit(commit);
    this.#history = [...this.#history, ...commit.events];
  }

  /** Commits the event that ends the run. */
  async end(store: RunStore, expire_after_seconds = 3600): Promise<void> {
    await this.append(store, [COMPLETED], { effects: { expire_after_seconds } });
  }

  /** Commits requests of tool calls with these ids. */
  async requestTools(store: RunStore, ...call_ids: readonly string[]): Promise<readonly ToolRequest[]> {
    const request_tools = call_ids.map((call_id) => this.request(call_id));
    await this.append(store, [RUNNING], { effects: { request_tools } });
    return request_tools;
  }

  request(call_id: string): ToolRequest {
    const args = { expression: "17 + 32", unicode: "ü → 漢 \u0000" };
    return { run_id: this.run_id, call_id: call_id as CallId, tool_name: "calculator", arguments: args };
  }

  #record(drafts: readonly EventDraft[]): readonly RunEvent[] {
    const ts = new Date().toISOString() as Timestamp;
    return drafts.map((draft, index) => {
      const seq = this.version + index + 1;
      return { id: randomUUID() as EventId, run_id: this.run_id, seq, ts, ...draft } as RunEvent;
    });
  }
}

function standingOf(events: readonly RunEvent[]): Required<Pick<Commit, "progress" | "snapshot">> {
  const { snapshot } = snapshotOf(events);
  return { progress: progressOf(snapshot), snapshot };
}

export function snapshotOf(events: readonly RunEvent[]): Required<Pick<NewRun, "summary" | "snapshot">> {
  const snapshot = fold(null, events);
  if (snapshot === null) throw new RangeError("no events, no state");
  return { summary: summarize(snapshot), snapshot };
}
