import { RefusedError } from "../errors.ts";
import type { CallId, Timestamp } from "../ids.ts";
import { endingStart } from "./endings.ts";
import { type EventData, type EventDraft, isTerminal, type RunEvent } from "./events.ts";
import { phase } from "./progress.ts";
import { openCalls, type RunState, type ToolCall } from "./state.ts";
import { callEnding } from "./tool-calls.ts";

/** A question that a branch asks a person anew. */
export interface BranchQuestion {
  readonly digest: string;
  readonly expires_at?: Timestamp;
}

/** What becomes of a call that is open where a branch begins. */
type Handling = "request" | "stay" | "ask_again" | "close";

/** Throws RefusedError `invalid_fork` when a run with this history cannot be branched behind that event. */
export function checkForkPoint(history: readonly RunEvent[], from_seq: number): void {
  if (from_seq < 1 || from_seq > history.length) {
    throw new RefusedError(
      "invalid_fork",
      `the run has the events 1 to ${history.length}, and no ${from_seq}`,
    );
  }
  const last = history.at(-1);
  if (last === undefined || !isTerminal(last)) return;
  const end = endingStart(history);
  if (from_seq <= end) return;
  throw new RefusedError(
    "invalid_fork",
    `the run's end begins with event ${end + 1}: a branch keeps the events up to ${end} at most`,
  );
}

/**
 * How a branch goes on from the state it begins in, behind the copied events. Consent is not inherited: a call that
 * a person approved and that has no ending asks again, since in the other run it may have had its effect. A call
 * whose request was not recorded whole is closed; the step that asked for it is redone.
 */
export function fork(
  state: RunState,
  forked: EventData["run.forked"],
  questions: ReadonlyMap<CallId, BranchQuestion>,
): readonly EventDraft[] {
  const open = openCalls(state).map((call) => ({ call, handling: handlingOf(call, state) }));
  const again = open.flatMap(({ call, handling }) =>
    handling === "ask_again" ? askAgain(call, forked, questions.get(call.call_id)) : [],
  );
  return [
    { type: "run.forked", data: forked },
    ...open.flatMap(({ call, handling }) => (handling === "close" ? close(call) : [])),
    ...again,
    ...(again.length > 0 ? phase("waiting_for_approval", state) : []),
  ];
}

/** The open calls that a branch requests anew: policy lets them be executed without asking anybody. */
export function requestedAnew(state: RunState): readonly ToolCall[] {
  return openCalls(state).filter((call) => handlingOf(call, state) === "request");
}

function handlingOf(call: ToolCall, { situation }: RunState): Handling {
  const { status } = situation;
  if (status !== "waiting_for_tool" && status !== "waiting_for_approval") return "close";
  switch (call.approval) {
    case "approved":
      return "ask_again";
    case "not_needed":
      return call.policy === "allow" ? "request" : "close";
    case "pending": {
      const asked =
        status === "waiting_for_approval" &&
        situation.approvals.some(({ call_id }) => call_id === call.call_id);
      return asked ? "stay" : "close";
    }
    case "rejected":
    case "expired":
      return "close";
    default:
      return call.approval satisfies never;
  }
}

function askAgain(
  { call_id, tool_name, arguments: shown }: ToolCall,
  { from_run_id }: EventData["run.forked"],
  question: BranchQuestion = { digest: call_id },
): readonly EventDraft[] {
  const reason =
    `The call was approved in the run ${from_run_id}, which this one branched off: it may have had its effect there. ` +
    "Execute it again?";
  const data = { step: "respond", reason, ...question, call_id, tool_name, arguments: shown } as const;
  return [
    { type: "workflow.waiting_for_approval", data: { ...data, again: true, status: "waiting_for_approval" } },
  ];
}

function close(call: ToolCall): readonly EventDraft[] {
  const message = "the branch begins before the call went out; it was not executed";
  const error = { code: "cancelled", message } as const;
  return callEnding(call, { ending: { status: "failed", error }, duration_ms: 0, attempt: 0 });
}
