import type { CallId, RunId, WorkerId } from "../ids.ts";

/** What the machinery knows of a run, beyond its events: for answering "why is it stuck?". */
export interface RunInspection {
  /** null when the run is unknown. */
  inspect(run_id: RunId): Promise<RunCustody | null>;
}

export interface RunCustody {
  readonly lease: { readonly owner: WorkerId; readonly epoch: number; readonly owner_alive: boolean } | null;
  /** How often the run was claimed so far. */
  readonly epoch: number;
  /** Earlier runs of its conversation that have not ended: it waits for them. */
  readonly behind: readonly RunId[];
  /** Wake-ups of this run in the run queue, with how many messages stand before the first; null when none. */
  readonly queued: { readonly position: number; readonly pending_with: WorkerId | null } | null;
  /** Calls of the run that were begun, and by whom. */
  readonly begun_calls: readonly {
    readonly call_id: CallId;
    readonly attempt: number;
    readonly worker_id: WorkerId;
    readonly worker_alive: boolean;
  }[];
}
