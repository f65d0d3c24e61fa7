import { LeaseLost, UnknownRunError, VersionConflict } from "../../domain/errors.ts";
import type { CallId, RunId } from "../../domain/ids.ts";
import type {
  Commit,
  CreateResult,
  NewRun,
  RunQuery,
  RunStore,
  StoredRun,
} from "../../domain/ports/run-store.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import type { RunSummary } from "../../domain/run/summary.ts";
import type { ToolRequest } from "../../domain/tools/tool.ts";
import { conversationKey, type MemoryDatabase, type RunRecord } from "./database.ts";

/** RunStore in the memory of one process: lasts as long as the process does. */
export class MemoryRunStore implements RunStore {
  readonly #db: MemoryDatabase;

  constructor(db: MemoryDatabase) {
    this.#db = db;
  }

  async create(run: NewRun): Promise<CreateResult> {
    const { tenant_id } = run.summary;
    const existing = this.#db.runs.get(run.run_id);
    // The same run again: its answer was lost.
    if (existing !== undefined && existing.events[0]?.id === run.events[0]?.id) return { status: "created" };
    const key = run.idempotency && JSON.stringify([tenant_id, run.idempotency.key]);
    const earlier = key === undefined ? undefined : this.#db.idempotency.get(key);
    if (earlier && earlier.expires_at > performance.now()) {
      return { status: "duplicate", run_id: earlier.run_id, fingerprint: earlier.fingerprint };
    }
    if (existing !== undefined) return { status: "exists" };
    const refusal = this.#busy(run) ?? this.#refusal(run, tenant_id);
    if (refusal) return refusal;

    this.#db.runs.set(run.run_id, {
      ...newRecord(this.#db.nextPosition()),
      events: [...run.events],
      snapshot: run.snapshot ?? null,
      summary: run.summary,
    });
    if (key !== undefined && run.idempotency) {
      const { fingerprint, ttl_seconds } = run.idempotency;
      const expires_at = performance.now() + ttl_seconds * 1000;
      this.#db.idempotency.set(key, { run_id: run.run_id, fingerprint, expires_at });
      expire(ttl_seconds, () => this.#db.idempotency.delete(key));
    }
    this.#db.active.set(run.run_id, { tenant_id });
    if (run.due_at !== null) this.#db.timers.set(run.run_id, run.due_at);
    this.#db.count("accepted");
    this.#db.takeTurn(run.run_id);
    const waits = this.#db.turnsBefore(run.run_id).length > 0;
    if (!waits || run.multitask_strategy === "interrupt") this.#db.run_queue.push({ run_id: run.run_id });
    this.#requestTools(run.run_id, run.request_tools);
    this.#db.publish(run.events);
    return { status: "created" };
  }

  async commit(commit: Commit): Promise<void> {
    const record = this.#recordFor(commit);
    const { run_id, expected_version, events, fence, effects } = commit;
    if (record.events[expected_version]?.id === events[0]?.id && events.length > 0) return;
    if (fence && (record.lease?.owner !== fence.owner || record.lease.epoch !== fence.epoch)) {
      throw new LeaseLost(run_id, fence.epoch);
    }
    if (record.events.length !== expected_version) {
      throw new VersionConflict(run_id, expected_version, record.events.length);
    }
    this.#db.runs.set(run_id, record);
    record.events.push(...events);
    if (commit.snapshot !== undefined) record.snapshot = commit.snapshot;
    if (record.summary !== null) record.summary = { ...record.summary, ...commit.progress };
    this.#requestTools(run_id, effects.request_tools);
    for (const call_id of effects.ended_calls) record.open_calls.delete(call_id as CallId);
    if (effects.due_at === null) this.#db.timers.delete(run_id);
    else this.#db.timers.set(run_id, effects.due_at);
    if (effects.release) record.lease = null;
    if (effects.ack) this.#acknowledge(effects.ack);
    if (effects.expire_after_seconds !== undefined) this.#end(run_id, record, effects.expire_after_seconds);
    if (effects.wake) this.#db.run_queue.push({ run_id });
    this.#db.publish(events);
  }

  async load(run_id: RunId): Promise<StoredRun | null> {
    const record = this.#db.runs.get(run_id);
    return record === undefined ? null : storedRun(record);
  }

  async events(
    run_id: RunId,
    { after, limit }: { readonly after: number; readonly limit: number },
  ): Promise<readonly RunEvent[] | null> {
    return this.#db.runs.get(run_id)?.events.slice(after, after + limit) ?? null;
  }

  async heads(run_ids: readonly RunId[]): Promise<ReadonlyMap<RunId, number>> {
    const records = run_ids.map((run_id) => [run_id, this.#db.runs.get(run_id)] as const);
    return new Map(records.flatMap(([run_id, record]) => (record ? [[run_id, record.events.length]] : [])));
  }

  async list(
    query: RunQuery,
  ): Promise<{ readonly runs: readonly RunSummary[]; readonly next_cursor: string | null }> {
    const behind = Math.min(
      /^\d+$/.test(query.cursor ?? "") ? Number(query.cursor) : Number.POSITIVE_INFINITY,
      query.before === undefined
        ? Number.POSITIVE_INFINITY
        : (this.#db.runs.get(query.before)?.position ?? 0),
    );
    // A Map iterates in the order of insertion; the newest run is the last.
    const found = [...this.#db.runs.values()]
      .reverse()
      .flatMap(({ position, summary }) =>
        position < behind && summary !== null && matches(summary, query) ? [{ position, summary }] : [],
      );
    const page = found.slice(0, query.limit);
    const more = found.length > query.limit;
    return {
      runs: page.map(({ summary }) => summary),
      next_cursor: more ? String(page.at(-1)?.position) : null,
    };
  }

  #busy({ multitask_strategy, summary }: NewRun): CreateResult | null {
    if (multitask_strategy !== "reject") return null;
    const [run_id] = this.#db.turns.get(conversationKey(summary)) ?? [];
    return run_id === undefined ? null : { status: "busy", run_id };
  }

  #requestTools(run_id: RunId, requests: readonly ToolRequest[]): void {
    for (const request of requests) {
      this.#db.runs.get(run_id)?.open_calls.set(request.call_id, { attempt: 0, worker_id: null });
      this.#db.tool_queue.push(request);
    }
  }

  #refusal({ limits }: NewRun, tenant_id: string): CreateResult | null {
    if (limits.global !== null && this.#db.active.size >= limits.global) {
      return { status: "refused", scope: "global", limit: limits.global };
    }
    if (limits.tenant === null) return null;
    const active = [...this.#db.active.values()].filter((run) => run.tenant_id === tenant_id).length;
    return active >= limits.tenant ? { status: "refused", scope: "tenant", limit: limits.tenant } : null;
  }

  /** A run begins with `create`; event lists that are no runs begin with their first commit. */
  #recordFor({ run_id, expected_version }: Commit): RunRecord {
    const record = this.#db.runs.get(run_id);
    if (record !== undefined) return record;
    if (expected_version === 0) return newRecord(this.#db.nextPosition());
    throw new UnknownRunError(run_id);
  }

  #acknowledge({
    queue,
    message_id,
  }: {
    readonly queue: "runs" | "tools";
    readonly message_id: string;
  }): void {
    (queue === "runs" ? this.#db.run_queue : this.#db.tool_queue).messages.delete(message_id);
  }

  #end(run_id: RunId, record: RunRecord, after_seconds: number): void {
    record.ended = true;
    record.open_calls.clear();
    this.#db.active.delete(run_id);
    this.#db.timers.delete(run_id);
    if (record.summary !== null) this.#db.count("ended");
    const next = this.#db.leaveTurn(run_id);
    if (next !== undefined) this.#db.run_queue.push({ run_id: next });
    this.#db.keep(run_id);
    expire(after_seconds, () => this.#db.forget(run_id));
  }
}

export function storedRun({ events, snapshot }: RunRecord): StoredRun {
  return { version: events.length, snapshot, tail: events.slice(snapshot?.last_seq ?? 0) };
}

function newRecord(position: number): RunRecord {
  return {
    position,
    events: [],
    snapshot: null,
    summary: null,
    lease: null,
    epoch: 0,
    open_calls: new Map(),
    ended: false,
  };
}

function matches(summary: RunSummary, { tenant_id, status, conversation_id }: RunQuery): boolean {
  return (
    (tenant_id === undefined || summary.tenant_id === tenant_id) &&
    (status === undefined || summary.status === status) &&
    (conversation_id === undefined || summary.conversation_id === conversation_id)
  );
}

/** setTimeout takes at most 2^31-1 ms; what is to be kept longer outlives any such timer. */
const LONGEST_TIMEOUT_SECONDS = 2_147_483;

function expire(seconds: number, forget: () => void): void {
  if (seconds <= LONGEST_TIMEOUT_SECONDS) setTimeout(forget, seconds * 1000).unref();
}
