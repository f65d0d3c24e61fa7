import type { RunId, Timestamp, WorkerId } from "../ids.ts";
import type { MultitaskStrategy, RunEvent } from "../run/events.ts";
import type { RunState, RunStatus } from "../run/state.ts";
import type { RunProgress, RunSummary } from "../run/summary.ts";
import type { ToolRequest } from "../tools/tool.ts";
import type { Delivery } from "./work-queue.ts";

/**
 * Where runs are kept: each run is a list of events, numbered 1…n, and a snapshot that caches their fold.
 *
 * - `create` and `commit` are atomic: all of their events and effects are there, or none is.
 * - A commit is refused with `VersionConflict` when the run's version (the seq of its last event) is not
 *   `expected_version`, and with `LeaseLost` when it carries a fence that is not the current one.
 * - The same commit again (told by the id of its first event) is accepted and has no further effect, so a
 *   commit whose answer was lost may be repeated.
 * - Runs of one conversation of one tenant take turns in the order of their creation: one that is not the first
 *   of those that have not ended gets no wake-up; the commit that ends the one before it wakes it.
 * - Committed events go to the EventFeed, at most once and without promise.
 * - Stores never judge: whether an event makes sense is the decider's business.
 */
export interface RunStore {
  /**
   * Accepts a run: its first events, its wake-up, its concurrency slot and its idempotency key. The same
   * run again (told by the id of its first event) is `created`, with no further effect.
   */
  create(run: NewRun): Promise<CreateResult>;
  commit(commit: Commit): Promise<void>;
  /** The latest snapshot and the events behind it; null when the run is unknown or has expired. */
  load(run_id: RunId): Promise<StoredRun | null>;
  /** Up to `limit` events with seq > after, in order; null when the run is unknown. */
  events(
    run_id: RunId,
    range: { readonly after: number; readonly limit: number },
  ): Promise<readonly RunEvent[] | null>;
  /** The seq of the last event of each of these runs; those that are unknown are left out. */
  heads(run_ids: readonly RunId[]): Promise<ReadonlyMap<RunId, number>>;
  /** Newest first. `next_cursor` continues behind the last summary, null at the end. */
  list(
    query: RunQuery,
  ): Promise<{ readonly runs: readonly RunSummary[]; readonly next_cursor: string | null }>;
}

/** A run as stored: `version` is the seq of its last event, so tail ends there. */
export interface StoredRun {
  readonly version: number;
  readonly snapshot: RunState | null;
  readonly tail: readonly RunEvent[];
}

export interface Commit {
  readonly run_id: RunId;
  readonly expected_version: number;
  /** Given by whoever drives the run; tool results, approvals and cancels come without one. */
  readonly fence?: Fence;
  /** At least one. */
  readonly events: readonly RunEvent[];
  /** How lists show the run from now on; left out while text streams. The commit that ends a run says it. */
  readonly progress?: RunProgress;
  /**
   * The state with these events folded in: from now on, loading reads it and what comes behind it. With null the last
   * snapshot is dropped, and all events are read.
   */
  readonly snapshot?: RunState | null;
  readonly effects: Effects;
}

/** What happens together with the events. */
export interface Effects {
  /** Calls to put into the tool queue. */
  readonly request_tools: readonly ToolRequest[];
  /** Calls that ended: they leave the ledger, and a request of theirs that is still queued is void. */
  readonly ended_calls: readonly string[];
  /** Put "this run needs driving" into the run queue. */
  readonly wake: boolean;
  /** When the run's timer fires; null removes it. */
  readonly due_at: Timestamp | null;
  /** Give the lease back (needs the fence). */
  readonly release: boolean;
  /** The message that caused the commit, acknowledged with it. */
  readonly ack?: Delivery<unknown>;
  /** Set by the commit that ends the run: frees its slot, forgets its timer, and expires what is stored. */
  readonly expire_after_seconds?: number;
}

/** One driver's claim on a run. `epoch` grows with every claim, so a late writer is told apart. */
export interface Fence {
  readonly owner: WorkerId;
  readonly epoch: number;
}

export interface NewRun {
  readonly run_id: RunId;
  readonly events: readonly RunEvent[];
  readonly summary: RunSummary;
  /** The state with all of `events` folded in. */
  readonly snapshot?: RunState;
  readonly due_at: Timestamp | null;
  /** Calls that a branched history leaves open: put into the tool queue with the run. */
  readonly request_tools: readonly ToolRequest[];
  /** What happens while an earlier run of its conversation has not ended; `interrupt` is woken, to cancel those. */
  readonly multitask_strategy: MultitaskStrategy;
  /** How many runs may be active at once; null is no limit. */
  readonly limits: { readonly tenant: number | null; readonly global: number | null };
  /** Scoped to the tenant by the store. `fingerprint` tells whether the body was the same. */
  readonly idempotency?: {
    readonly key: string;
    readonly fingerprint: string;
    readonly ttl_seconds: number;
  };
}

export type CreateResult =
  | { readonly status: "created" }
  /** The idempotency key was used before, for this run and this body. */
  | { readonly status: "duplicate"; readonly run_id: RunId; readonly fingerprint: string }
  /** The run id is taken. */
  | { readonly status: "exists" }
  /** Its strategy is `reject`, and this run of its conversation has not ended. */
  | { readonly status: "busy"; readonly run_id: RunId }
  | { readonly status: "refused"; readonly scope: "tenant" | "global"; readonly limit: number };

export interface RunQuery {
  readonly tenant_id?: string;
  readonly status?: RunStatus;
  readonly conversation_id?: string;
  /** Only runs that were created before this one; none when it is unknown. */
  readonly before?: RunId;
  /** 1 to 200. */
  readonly limit: number;
  readonly cursor?: string;
}
