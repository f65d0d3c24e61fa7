import type { CallId, RunId, Timestamp, WorkerId } from "../../domain/ids.ts";
import type { Fence } from "../../domain/ports/run-store.ts";
import type { MinuteCount } from "../../domain/ports/throughput.ts";
import type { DeadLetter } from "../../domain/ports/work-queue.ts";
import type { WorkerEntry } from "../../domain/ports/worker-registry.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import type { RunState } from "../../domain/run/state.ts";
import type { RunSummary } from "../../domain/run/summary.ts";
import type { ToolRequest } from "../../domain/tools/tool.ts";

/** How many ended runs are kept at most, whatever their retention: an ended run takes about 40 KB of heap. */
const KEPT_RUNS = 10_000;

/** Dead messages kept for people to look at. */
const DEAD_KEPT = 1_000;
/** Minutes that are counted. */
const COUNTED_MINUTES = 60;
const MINUTE_MS = 60_000;

/**
 * What the memory adapters share, as the Redis adapters share a server. Every change is made without an
 * `await` in between, which is what makes it atomic.
 */
export class MemoryDatabase {
  readonly runs = new Map<RunId, RunRecord>();
  readonly timers = new Map<RunId, Timestamp>();
  readonly active = new Map<RunId, { readonly tenant_id: string }>();
  /** Per conversation, its runs that have not ended, in the order of their creation. */
  readonly turns = new Map<string, readonly RunId[]>();
  readonly idempotency = new Map<string, { run_id: RunId; fingerprint: string; expires_at: number }>();
  readonly workers = new Map<WorkerId, { readonly entry: WorkerEntry; readonly expires_at: number }>();
  readonly run_queue = new MemoryQueue<{ readonly run_id: RunId }>("runs");
  readonly tool_queue = new MemoryQueue<ToolRequest>("tools");
  readonly listeners = new Set<(event: RunEvent) => void>();
  readonly #kept_runs: number;
  /** In the order of their ends. */
  readonly #ended = new Set<RunId>();
  readonly #minutes = new Map<number, { accepted: number; ended: number }>();
  #created = 0;

  constructor({ kept_runs = KEPT_RUNS }: { readonly kept_runs?: number } = {}) {
    this.#kept_runs = kept_runs;
  }

  /** The place of the next record in the order of creation. */
  nextPosition(): number {
    this.#created += 1;
    return this.#created;
  }

  count(what: "accepted" | "ended"): void {
    const minute = Math.floor(Date.now() / MINUTE_MS);
    const counts = this.#minutes.get(minute) ?? { accepted: 0, ended: 0 };
    counts[what] += 1;
    this.#minutes.set(minute, counts);
    for (const counted of this.#minutes.keys()) {
      if (counted > minute - COUNTED_MINUTES) break;
      this.#minutes.delete(counted);
    }
  }

  /** The last minutes, oldest first. */
  counts(minutes: number): readonly MinuteCount[] {
    const now = Math.floor(Date.now() / MINUTE_MS);
    return Array.from({ length: minutes }, (_, index) => {
      const minute = now - minutes + index + 1;
      const counted = this.#minutes.get(minute) ?? { accepted: 0, ended: 0 };
      return { minute: new Date(minute * MINUTE_MS).toISOString() as Timestamp, ...counted };
    });
  }

  /** Keeps an ended run; the one that ended longest ago makes room for it. */
  keep(run_id: RunId): void {
    this.#ended.add(run_id);
    const [oldest] = this.#ended;
    if (this.#ended.size > this.#kept_runs && oldest !== undefined) this.forget(oldest);
  }

  forget(run_id: RunId): void {
    this.#ended.delete(run_id);
    this.runs.delete(run_id);
  }

  /** The runs of its conversation that come before this one; [] when it is its turn. */
  turnsBefore(run_id: RunId): readonly RunId[] {
    const turns = this.turns.get(this.#conversationOf(run_id)) ?? [];
    return turns.slice(0, Math.max(0, turns.indexOf(run_id)));
  }

  takeTurn(run_id: RunId): void {
    const conversation = this.#conversationOf(run_id);
    this.turns.set(conversation, [...(this.turns.get(conversation) ?? []), run_id]);
  }

  /** Returns the run whose turn it is now, if that is another than before. */
  leaveTurn(run_id: RunId): RunId | undefined {
    const conversation = this.#conversationOf(run_id);
    const turns = this.turns.get(conversation) ?? [];
    const left = turns.filter((other) => other !== run_id);
    if (left.length === 0) this.turns.delete(conversation);
    else this.turns.set(conversation, left);
    return turns[0] === run_id ? left[0] : undefined;
  }

  isAlive(worker_id: WorkerId): boolean {
    const worker = this.workers.get(worker_id);
    return worker !== undefined && worker.expires_at > performance.now();
  }

  #conversationOf(run_id: RunId): string {
    const summary = this.runs.get(run_id)?.summary;
    return conversationKey(summary ?? { tenant_id: "", conversation_id: "" });
  }

  publish(events: readonly RunEvent[]): void {
    for (const event of events) for (const listener of this.listeners) listener(event);
  }
}

export function conversationKey(run: Pick<RunSummary, "tenant_id" | "conversation_id">): string {
  return JSON.stringify([run.tenant_id, run.conversation_id]);
}

export interface RunRecord {
  /** Grows with every record; what a list's cursor stands for. */
  readonly position: number;
  events: RunEvent[];
  snapshot: RunState | null;
  summary: RunSummary | null;
  lease: Fence | null;
  epoch: number;
  /** Calls that are requested and have no ending: attempt 0 until begun. */
  readonly open_calls: Map<CallId, { attempt: number; worker_id: WorkerId | null }>;
  ended: boolean;
}

export interface QueuedMessage<Message> {
  readonly message_id: string;
  readonly message: Message;
  readonly queued_at: number;
  attempt: number;
  holder: WorkerId | null;
}

/** Messages in the order of their arrival; a message stays until it is acknowledged or buried. */
export class MemoryQueue<Message> {
  readonly name: "runs" | "tools";
  readonly messages = new Map<string, QueuedMessage<Message>>();
  readonly dead: DeadLetter[] = [];
  readonly #waiting = new Set<() => void>();
  #next_id = 1;

  constructor(name: "runs" | "tools") {
    this.name = name;
  }

  push(message: Message): void {
    const message_id = String(this.#next_id++);
    this.messages.set(message_id, {
      message_id,
      message,
      queued_at: performance.now(),
      attempt: 0,
      holder: null,
    });
    this.wake();
  }

  bury(message: Message, reason: string): void {
    const texts = Object.entries(message as object).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    const at = new Date().toISOString() as Timestamp;
    this.dead.push({ fields: Object.fromEntries(texts), reason, at });
    if (this.dead.length > DEAD_KEPT) this.dead.shift();
  }

  /** Lets everyone who waits look again. */
  wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Calls `wake` at the next change; returns how to stop waiting. */
  onChange(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => this.#waiting.delete(wake);
  }
}
