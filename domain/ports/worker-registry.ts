import type { Timestamp, WorkerId } from "../ids.ts";

/**
 * Who is alive. Each worker keeps one entry, which vanishes `ttl_seconds` after its last renewal; leases
 * and pending messages of a worker last as long as its entry.
 */
export interface WorkerRegistry {
  /** Renews this worker's entry. False when it was gone: others may have taken over, start anew. */
  renew(worker: WorkerEntry): Promise<boolean>;
  /** Removes the entry at once, when the worker has handed back all it had. */
  withdraw(worker_id: WorkerId): Promise<void>;
  alive(): Promise<readonly WorkerEntry[]>;
}

export interface WorkerEntry {
  readonly worker_id: WorkerId;
  readonly kind: "workflow" | "tool";
  readonly started_at: Timestamp;
  readonly ttl_seconds: number;
}
