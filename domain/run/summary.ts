import type { RunId, Timestamp } from "../ids.ts";
import type { RunMode } from "../model/chat.ts";
import type { FailedOutcome } from "./events.ts";
import { hasEnded, type RunState, type RunStatus } from "./state.ts";

export type Outcome = "success" | FailedOutcome | "cancelled";

/** A run in a list, and the head of `GET /runs/{id}`. */
export interface RunSummary {
  readonly run_id: RunId;
  readonly status: RunStatus;
  readonly outcome: Outcome | null;
  readonly message: string;
  readonly mode: RunMode;
  readonly tenant_id: string;
  readonly user_id: string;
  readonly conversation_id: string;
  readonly created_at: Timestamp;
  readonly updated_at: Timestamp;
  readonly ended_at: Timestamp | null;
  readonly last_seq: number;
}

/** What of a summary changes while the run goes on. */
export type RunProgress = Pick<RunSummary, "status" | "outcome" | "updated_at" | "ended_at" | "last_seq">;

/** A run as it is looked at from outside: its summary, and the answer once it has ended. */
export interface RunView {
  readonly summary: RunSummary;
  readonly final_text: string | null;
}

export function viewOf(state: RunState): RunView {
  return { summary: summarize(state), final_text: finalTextOf(state) };
}

export function summarize(state: RunState): RunSummary {
  const { run_id, message, mode, tenant_id, user_id, conversation_id, created_at } = state;
  const { status, outcome, updated_at, ended_at, last_seq } = progressOf(state);
  return {
    run_id,
    status,
    outcome,
    message,
    mode,
    tenant_id,
    user_id,
    conversation_id,
    created_at,
    updated_at,
    ended_at,
    last_seq,
  };
}

export function progressOf(state: RunState): RunProgress {
  const { updated_at, last_seq } = state;
  return {
    status: state.situation.status,
    outcome: outcomeOf(state),
    updated_at,
    ended_at: hasEnded(state) ? updated_at : null,
    last_seq,
  };
}

/** What its user reads in the end; null while it has not ended, and when it was cancelled. */
export function finalTextOf({ situation }: RunState): string | null {
  return "final_text" in situation ? situation.final_text : null;
}

export function outcomeOf({ situation }: RunState): Outcome | null {
  if (situation.status === "cancelled") return "cancelled";
  return "outcome" in situation ? situation.outcome : null;
}
