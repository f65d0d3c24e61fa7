import type { CallId, RunId, WorkerId } from "../ids.ts";
import type { StoredRun } from "./run-store.ts";

/**
 * What keeps a tool's effect from happening twice: before a call is executed, it is durable that this
 * attempt of it starts here.
 *
 * `begin` is atomic. It begins attempt `after_attempt` + 1 when the ledger is at `after_attempt`
 * (0 = never begun); repeated by the same worker it answers the same. It is refused when the run or the
 * call has ended, and answers `begun_before` when a later attempt was begun already: by a worker that died
 * with it, since a message is never delivered to two live workers. Commits that end a call remove it.
 */
export interface EffectsLedger {
  begin(call: {
    readonly run_id: RunId;
    readonly call_id: CallId;
    readonly worker_id: WorkerId;
    readonly after_attempt: number;
  }): Promise<Beginning>;
}

export type Beginning =
  | { readonly status: "begun"; readonly attempt: number; readonly run: StoredRun }
  | {
      readonly status: "begun_before";
      readonly attempt: number;
      readonly worker_id: WorkerId;
      readonly run: StoredRun;
    }
  /** The call is not open (any more), its run has ended, or there is no such run. */
  | { readonly status: "void" };
