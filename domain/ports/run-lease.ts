import type { RunId, Timestamp, WorkerId } from "../ids.ts";
import type { Fence, StoredRun } from "./run-store.ts";

/**
 * The right to drive a run. A lease names its owner and lasts as long as the owner is alive
 * (see WorkerRegistry), not for a time: nothing is renewed per run.
 */
export interface RunLease {
  /**
   * One atomic step: takes the lease with the next epoch and loads the run. Refused while another live
   * worker holds it, or earlier runs of its conversation have not ended: the commit that ends the last of
   * them wakes it. The same worker may claim again what it holds, under a new epoch.
   */
  claim(run_id: RunId, owner: WorkerId): Promise<Claim>;
  /**
   * Gives back a lease without a commit, if the run is still at `version`. False when it has moved on:
   * its wake-up may have been forgotten because of this lease, so whoever holds it must look again.
   * Releasing a lease that was lost is no error and answers true.
   *
   * Sets the run's timer to `due_at` again unless that is null: it may have fired by a clock that is ahead of
   * the releasing worker's, and nothing else would wake the run.
   */
  release(run_id: RunId, fence: Fence, version: number, due_at: Timestamp | null): Promise<boolean>;
}

export type Claim =
  | { readonly status: "claimed"; readonly fence: Fence; readonly run: StoredRun }
  | { readonly status: "held"; readonly owner: WorkerId }
  /** It is not its turn: these come before it, the first of them is at work. */
  | { readonly status: "waits"; readonly behind: readonly RunId[] }
  | { readonly status: "unknown" };
