import { TerminalError } from "../errors.ts";
import type { Timestamp } from "../ids.ts";
import type { Step } from "./events.ts";
import type { RunState } from "./state.ts";

/** What the driver of a run must do now. */
export type Action =
  | { readonly type: "execute"; readonly step: Step }
  | { readonly type: "await_tools" }
  | { readonly type: "await_approval" }
  /** A step failed: execute it again, not before `until`. */
  | { readonly type: "await_time"; readonly until: Timestamp; readonly step: Step }
  | { readonly type: "done" };

/** The workflow: which action follows from a state. */
export function next(state: RunState): Action {
  const { situation } = state;
  switch (situation.status) {
    case "queued":
      return { type: "execute", step: "receive" };
    case "running":
      return {
        type: "execute",
        step: situation.progress === "completed" ? stepAfter(situation.step, state) : situation.step,
      };
    case "waiting_for_tool":
      return { type: "await_tools" };
    case "waiting_for_approval":
      return { type: "await_approval" };
    case "retrying":
      return { type: "await_time", until: situation.retry_at, step: situation.step };
    case "completed":
    case "failed":
    case "cancelled":
      return { type: "done" };
    default:
      return situation satisfies never;
  }
}

function stepAfter(step: Step, state: RunState): Step {
  switch (step) {
    case "receive":
      return state.refusal === null ? "plan" : "finalize";
    case "plan":
      return state.plan_type === "direct_answer" ? "retrieve" : "finalize";
    case "retrieve":
      return "respond";
    case "respond":
      return state.refusal === null ? "verify" : "finalize";
    case "verify":
      return "maybe_approve";
    case "maybe_approve":
      return "finalize";
    case "finalize":
      throw new TerminalError("corrupt_history", `run ${state.run_id} was finalized but has no end`);
    default:
      return step satisfies never;
  }
}

/** When the run wants to be looked at even if nothing happens: a retry, an approval's expiry or the deadline. */
export function dueAt(state: RunState): Timestamp | null {
  const { situation } = state;
  switch (situation.status) {
    case "completed":
    case "failed":
    case "cancelled":
      return null;
    case "retrying":
      return earliest([situation.retry_at, state.deadline_at]);
    case "waiting_for_approval":
      // The deadline stands still while a person is asked.
      return earliest(situation.approvals.map((approval) => approval.expires_at));
    default:
      return state.deadline_at;
  }
}

function earliest(times: readonly (Timestamp | undefined)[]): Timestamp | null {
  return times.filter((time) => time !== undefined).toSorted()[0] ?? null;
}
