import { hasEnded, openCalls, type RunState } from "../../../../domain/run/state.ts";
import type { Tone } from "../ui/status.ts";
import { plain } from "../ui/words.ts";

/** How a turn stands, in plain words. */
export interface Standing {
  readonly tone: Tone;
  readonly text: string;
  /** More about it: a reason. */
  readonly detail?: string;
  /** When the run tries again. */
  readonly retry_at?: string;
}

/** What there is to say of a run besides its answer; null when the answer says it all. */
export function standingOf(state: RunState): Standing | null {
  return hasEnded(state) ? endOf(state) : wayOf(state);
}

function wayOf(state: RunState): Standing | null {
  const { situation } = state;
  switch (situation.status) {
    case "queued":
      return { tone: "neutral", text: state.continues ? "Waiting for its turn" : "Waiting for a worker" };
    case "waiting_for_tool": {
      const names = openCalls(state).map(({ tool_name }) => tool_name);
      return { tone: "active", text: `Using ${[...new Set(names)].join(", ")}` };
    }
    case "waiting_for_approval":
      return { tone: "wait", text: "Waiting for your decision" };
    case "retrying": {
      const { retry_at, step } = situation;
      const detail = state.last_error?.message;
      return {
        tone: "warn",
        text: `${plain(step)} failed and is tried again`,
        retry_at,
        ...(detail && { detail }),
      };
    }
    case "running":
      return state.output_text === "" ? { tone: "active", text: WORK[situation.step] } : null;
    default:
      return null;
  }
}

const WORK = {
  receive: "Looking at the message",
  plan: "Planning",
  retrieve: "Looking through the documents",
  respond: "Thinking",
  verify: "Checking the answer",
  maybe_approve: "Checking the answer",
  finalize: "Finishing",
} as const;

function endOf(state: RunState): Standing | null {
  const { situation, plan_type } = state;
  switch (situation.status) {
    case "completed":
      if (plan_type === "needs_clarification")
        return { tone: "neutral", text: "It needs to know more before it can answer." };
      if (state.review?.decision === "approved")
        return { tone: "neutral", text: "A person let this answer pass." };
      return null;
    case "cancelled":
      return { tone: "neutral", text: "Stopped", detail: situation.reason };
    case "failed":
      switch (situation.outcome) {
        case "refusal":
          return { tone: "warn", text: "Refused", detail: situation.reason };
        case "failure":
          return plan_type === "cannot_answer"
            ? { tone: "warn", text: "This cannot be answered here" }
            : { tone: "warn", text: "Not an answer to rely on", detail: situation.reason };
        case "failed":
          return { tone: "bad", text: "The run failed", detail: situation.reason };
        default:
          return situation satisfies never;
      }
    default:
      return null;
  }
}
