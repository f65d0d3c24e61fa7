import { RefusedError } from "../errors.ts";
import type { Timestamp } from "../ids.ts";
import { canonicalJson, type JsonObject } from "../json.ts";
import { later, millisecondsBetween } from "../time.ts";
import type { RecordApproval, TimeOut } from "./commands.ts";
import { end } from "./endings.ts";
import type { ApprovalDecision, EventDraft, Phase, WorkflowStatus } from "./events.ts";
import { hasEnded, type PendingApproval, type RunState, type ToolCall } from "./state.ts";

/**
 * A person's decision about one pending question. The same decision again is no error and has no
 * effect; another one, or one about something that was not shown, is refused.
 */
export function decideApproval(command: RecordApproval, state: RunState): readonly EventDraft[] {
  const question = findQuestion(command, state);
  if (question === null) return [];
  if (command.digest !== undefined && command.digest !== question.digest) {
    throw new RefusedError("stale_digest", "what waits for a decision is not what the digest was made of");
  }
  if (
    command.arguments !== undefined &&
    (question.call_id === undefined || command.decision === "rejected")
  ) {
    throw new RefusedError("invalid_arguments", "arguments can be edited only by approving a tool call");
  }
  return record(state, question, command);
}

/** What has run out by `at`: questions nobody answered, then the run's deadline. Waiting to be begun has none. */
export function decideTimeOut({ at }: TimeOut, state: RunState): readonly EventDraft[] {
  const { situation } = state;
  if (situation.status === "waiting_for_approval") {
    const expired = situation.approvals.filter(
      ({ expires_at }) => expires_at !== undefined && expires_at <= at,
    );
    return expired.flatMap((question, index) => {
      const remaining = situation.approvals.length - index - 1;
      return record(state, question, { decision: "expired", user_id: "system", at }, remaining);
    });
  }
  if (situation.status === "queued" || state.deadline_at > at) return [];
  const error = { code: "deadline", message: `the run had not ended by its deadline ${state.deadline_at}` };
  return end(state, {
    type: "failed",
    outcome: "failed",
    reason: error.message,
    error,
    text: `The run was stopped: ${error.message}.`,
  });
}

function findQuestion(command: RecordApproval, state: RunState): PendingApproval | null {
  const { situation } = state;
  const pending = situation.status === "waiting_for_approval" ? situation.approvals : [];
  const { call_id } = command;
  if (call_id === undefined) {
    if (pending.length > 1) {
      throw new RefusedError(
        "ambiguous_approval",
        `${pending.length} calls wait for a decision: name one by call_id`,
      );
    }
    if (pending[0] !== undefined) return pending[0];
    return alreadyDecided(command, state.human_decision, state.calls, state);
  }
  const question = pending.find((approval) => approval.call_id === call_id);
  if (question !== undefined) return question;
  const call = state.calls.find((candidate) => candidate.call_id === call_id);
  if (call === undefined)
    throw new RefusedError("unknown_call", `run ${state.run_id} has no call ${call_id}`);
  const undecided = call.approval === "not_needed" || call.approval === "pending";
  return alreadyDecided(command, undecided ? null : call.approval, [call], state);
}

/** `calls` are those that the command may be about. */
function alreadyDecided(
  command: RecordApproval,
  earlier: ApprovalDecision | null,
  calls: readonly ToolCall[],
  state: RunState,
): null {
  if (earlier === null) {
    const what = hasEnded(state) ? "it has ended" : "nothing of it waits for a person";
    throw new RefusedError("nothing_waits", `run ${state.run_id} waits for no decision: ${what}`);
  }
  if (earlier !== command.decision) {
    throw new RefusedError("already_decided", `that was already decided: ${earlier}`);
  }
  const edited = command.arguments;
  if (edited !== undefined && !calls.some((call) => isApprovedWith(edited, call))) {
    throw new RefusedError("already_decided", "that was already decided, with other arguments");
  }
  return null;
}

function isApprovedWith(edited: JsonObject, { approval, arguments: final }: ToolCall): boolean {
  return approval === "approved" && canonicalJson(edited) === canonicalJson(final);
}

type Decided = Pick<RecordApproval, "user_id" | "at" | "arguments" | "comment"> & {
  readonly decision: ApprovalDecision;
};

function record(
  state: RunState,
  question: PendingApproval,
  decided: Decided,
  remaining = pendingCount(state) - 1,
): readonly EventDraft[] {
  const { call_id } = question;
  const call = state.calls.find((candidate) => candidate.call_id === call_id);
  const after = afterDecision(state, decided.decision, call, remaining);
  const recorded: EventDraft = {
    type: "workflow.approval.recorded",
    data: {
      decision: decided.decision,
      ...(call_id !== undefined && { call_id }),
      ...(decided.arguments !== undefined && { arguments: decided.arguments }),
      ...(decided.comment !== undefined && { comment: decided.comment }),
      user_id: decided.user_id,
      deadline_at: deadlineAfter(state, remaining, decided.at),
      status: after.status,
    },
  };
  return [
    recorded,
    ...(call === undefined || decided.decision === "approved" ? [] : [unapproved(call, question, decided)]),
    ...(after.phase === null || after.phase === state.phase
      ? []
      : [{ type: "status.changed", data: { value: after.phase } } as const]),
  ];
}

/** The deadline stands still while a person is asked: the last decision moves it by the whole wait. */
function deadlineAfter({ situation, deadline_at }: RunState, remaining: number, at: Timestamp): Timestamp {
  if (situation.status !== "waiting_for_approval" || remaining > 0) return deadline_at;
  return later(deadline_at, Math.max(0, millisecondsBetween(situation.since, at)));
}

function pendingCount({ situation }: RunState): number {
  return situation.status === "waiting_for_approval" ? situation.approvals.length : 0;
}

function afterDecision(
  state: RunState,
  decision: ApprovalDecision,
  call: ToolCall | undefined,
  remaining: number,
): { readonly status: WorkflowStatus; readonly phase: Phase | null } {
  if (remaining > 0) return { status: "waiting_for_approval", phase: null };
  const othersRun = state.calls.some(
    (other) => other.ending === null && other.approval !== "pending" && other.call_id !== call?.call_id,
  );
  const toolsRun = othersRun || (call !== undefined && decision === "approved");
  return toolsRun
    ? { status: "waiting_for_event", phase: "waiting_for_tool" }
    : { status: "running", phase: "responding" };
}

/** What becomes of a call that nobody approved. */
function unapproved(call: ToolCall, { again }: PendingApproval, decided: Decided): EventDraft {
  const { call_id, tool_name, permission_scope } = call;
  const comment = decided.comment === undefined ? "" : `: ${decided.comment}`;
  const reason =
    decided.decision === "expired"
      ? "no person decided on the call in time"
      : `a person rejected the call${comment}`;
  if (!again) return { type: "tool.denied", data: { call_id, tool_name, permission_scope, reason } };
  const message = `an earlier attempt may have had its effect, and it is not executed again: ${reason}`;
  return {
    type: "tool.failed",
    data: { call_id, tool_name, error: { code: "outcome_unknown", message }, duration_ms: 0, attempt: 0 },
  };
}
