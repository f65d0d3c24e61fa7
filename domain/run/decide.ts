import { RefusedError } from "../errors.ts";
import type { CallId } from "../ids.ts";
import { decideApproval, decideTimeOut } from "./approvals.ts";
import type {
  AskAgain,
  BeginStep,
  Command,
  CompleteStep,
  FailStep,
  Observe,
  RecordToolResult,
  RequestTools,
  StartRun,
} from "./commands.ts";
import { end, replaceOutput } from "./endings.ts";
import { CALL_ENDINGS, type EventDraft, type Phase, type Step } from "./events.ts";
import { next } from "./next.ts";
import { hasEnded, type RunState, type ToolCall } from "./state.ts";

/**
 * What a command means now: the events that follow from it, none when it has taken effect already.
 * Throws `RefusedError` when the command is not allowed in this state.
 */
export function decide(command: Command, state: RunState | null): readonly EventDraft[] {
  if (command.type === "StartRun") return start(command, state);
  if (state === null) throw new RefusedError("out_of_order", `${command.type} needs a run that was started`);
  if (hasEnded(state)) return decideEnded(command, state);
  switch (command.type) {
    case "BeginStep":
      return beginStep(command, state);
    case "Observe":
      return observe(command, state);
    case "CompleteStep":
      return completeStep(command, state);
    case "RequestTools":
      return requestTools(command, state);
    case "AskApproval":
      inStep("maybe_approve", state);
      return [
        {
          type: "workflow.waiting_for_approval",
          data: {
            step: "maybe_approve",
            reason: command.reason,
            ...(command.expires_at !== undefined && { expires_at: command.expires_at }),
            status: "waiting_for_approval",
          },
        },
        ...phase("waiting_for_approval", state),
      ];
    case "FailStep":
      return failStep(command, state);
    case "RecordToolResult":
      return recordToolResult(command, state);
    case "AskAgain":
      return askAgain(command, state);
    case "RecordApproval":
      return decideApproval(command, state);
    case "TimeOut":
      return decideTimeOut(command, state);
    case "Cancel":
      return end(state, { type: "cancelled", reason: command.reason, user_id: command.user_id });
    case "Abandon":
      return end(state, {
        type: "failed",
        outcome: command.outcome,
        reason: command.error.message,
        error: command.error,
        text: `The run was given up: ${command.error.message}`,
      });
    default:
      return command satisfies never;
  }
}

function start(command: StartRun, state: RunState | null): readonly EventDraft[] {
  if (state !== null) throw new RefusedError("run_exists", `run ${state.run_id} was started already`);
  return [
    { type: "run.started", data: command.run },
    { type: "status.changed", data: { value: "received" } },
    { type: "workflow.started", data: { current_step: "receive", status: "running" } },
  ];
}

/** After the end nothing happens any more; asking for what has already happened is no error. */
function decideEnded(command: Exclude<Command, StartRun>, state: RunState): readonly EventDraft[] {
  const { status } = state.situation;
  if (command.type === "Cancel" && status === "cancelled") return [];
  if (command.type === "TimeOut") return [];
  if (command.type === "RecordApproval") return decideApproval(command, state);
  throw new RefusedError("run_ended", `run ${state.run_id} has ended as ${status}`);
}

function beginStep({ step, driver }: BeginStep, state: RunState): readonly EventDraft[] {
  const action = next(state);
  const due = action.type === "execute" || action.type === "await_time" ? action.step : null;
  if (due !== step) {
    throw new RefusedError(
      "out_of_order",
      `${step} is not the step that run ${state.run_id} is at, but ${due ?? action.type}`,
    );
  }
  const { situation } = state;
  const shown = phase(
    step === "respond" ? "responding" : step === "receive" ? "thinking" : state.phase,
    state,
  );
  if (situation.status === "running" && situation.progress === "resumable") return shown;

  const interrupted = situation.status === "running" && situation.progress === "started";
  return [
    ...(interrupted ? voidOutput(step, `the worker at ${step} was lost; the attempt is redone`, state) : []),
    {
      type: "workflow.step.started",
      data: {
        step,
        attempt: (state.attempts[step] ?? 0) + 1,
        status: "running",
        ...(driver && { driver }),
      },
    },
    ...shown,
  ];
}

function observe(command: Observe, state: RunState): readonly EventDraft[] {
  inStep(command.step, state);
  return command.observations;
}

function completeStep({ result }: CompleteStep, state: RunState): readonly EventDraft[] {
  const attempt = inStep(result.step, state);
  const completed = (found: object = {}): EventDraft => ({
    type: "workflow.step.completed",
    data: { step: result.step, attempt, status: "running", ...found },
  });
  switch (result.step) {
    case "receive": {
      const { refusal, available_tools } = result;
      const offered: EventDraft = {
        type: "decision.made",
        data: { name: "available_tools", value: available_tools },
      };
      if (refusal === null) return [offered, completed({ available_tools })];
      return [
        offered,
        ...replaceOutput(
          state,
          `I can't help with that: ${refusal.reason}.`,
          "receive",
          "the request is refused",
        ),
        completed({ available_tools, refusal }),
      ];
    }
    case "plan": {
      const { plan_type, reason } = result;
      const planned: EventDraft = {
        type: "decision.made",
        data: { name: "plan_type", value: plan_type, notes: reason },
      };
      if (result.plan_type === "direct_answer") return [planned, completed({ plan_type })];
      return [
        planned,
        ...replaceOutput(state, result.reply, "plan", "the plan answers by itself"),
        completed({ plan_type }),
      ];
    }
    case "retrieve": {
      const { chunks, duration_ms } = result;
      const chunk_ids = chunks.map((chunk) => chunk.chunk_id);
      return [
        {
          type: "retrieval.completed",
          data: { number_of_chunks: chunks.length, chunk_ids, chunks, duration_ms },
        },
        { type: "decision.made", data: { name: "retrieval_chunks", value: chunk_ids } },
        completed(),
      ];
    }
    case "respond": {
      const { refusal } = result;
      if (refusal === null) return [completed()];
      const text = `I can't give that answer: ${refusal.reason}.`;
      return [...replaceOutput(state, text, "respond", refusal.reason), completed({ refusal })];
    }
    case "verify": {
      const { grounding, verification } = result;
      return [
        { type: "decision.made", data: { name: "grounding", value: grounding } },
        {
          type: "decision.made",
          data: {
            name: "verification",
            value: verification.passed ? "passed" : "failed",
            notes: verification.reason,
          },
        },
        completed({ verification }),
      ];
    }
    case "maybe_approve": {
      if (state.review === null) return [completed()];
      const { decision, comment } = state.review;
      return [
        {
          type: "decision.made",
          data: { name: "human_approval", value: decision, ...(comment !== null && { notes: comment }) },
        },
        completed(),
      ];
    }
    case "finalize":
      return [completed(), ...finalize(state)];
    default:
      return result satisfies never;
  }
}

/** The outcome follows from what the steps found; nothing new is found here. */
function finalize(state: RunState): readonly EventDraft[] {
  const { refusal, plan_type, verification, review, output_text } = state;
  if (refusal !== null) {
    return end(state, { type: "failed", outcome: "refusal", reason: refusal.reason, text: output_text });
  }
  if (plan_type === "cannot_answer") {
    return end(state, { type: "failed", outcome: "failure", reason: "cannot_answer", text: output_text });
  }
  if (plan_type === "needs_clarification" || verification?.passed || review?.decision === "approved") {
    return end(state, { type: "completed" });
  }
  if (review === null) {
    const reason = verification?.reason ?? "the answer was not verified";
    return end(state, { type: "failed", outcome: "failure", reason, text: output_text });
  }
  const comment = review.comment === null ? "" : `: ${review.comment}`;
  const [reason, text] =
    review.decision === "rejected"
      ? [`rejected by a person${comment}`, `The answer was rejected by a reviewer${comment}.`]
      : ["approval expired", "Nobody approved the answer in time, so it was not released."];
  return end(state, { type: "failed", outcome: "failure", reason, text });
}

function requestTools({ calls }: RequestTools, state: RunState): readonly EventDraft[] {
  inStep("respond", state);
  const iteration = state.iterations + 1;
  const known = new Set(state.calls.map((call) => call.call_id));
  const events: EventDraft[] = [
    ...voidOutput("respond", "what was said before calling tools is not the answer", state),
  ];
  const allowed: string[] = [];
  const asked: EventDraft[] = [];
  const ended: EventDraft[] = [];
  for (const { verdict, ...call } of calls) {
    if (known.has(call.call_id))
      throw new RefusedError("call_ended", `call ${call.call_id} was requested already`);
    known.add(call.call_id);
    const policy =
      verdict.kind === "end" ? (verdict.ending.status === "denied" ? "deny" : "allow") : verdict.kind;
    events.push(
      { type: "decision.made", data: { name: "tool_selected", value: call.tool_name, notes: call.call_id } },
      { type: "tool.requested", data: { ...call, iteration, policy } },
    );
    switch (verdict.kind) {
      case "allow":
        allowed.push(call.tool_name);
        break;
      case "ask": {
        const { kind: _, ...question } = verdict;
        const { call_id, tool_name, arguments: shown } = call;
        asked.push({
          type: "workflow.waiting_for_approval",
          data: {
            step: "respond",
            ...question,
            call_id,
            tool_name,
            arguments: shown,
            status: "waiting_for_approval",
          },
        });
        break;
      }
      case "end":
        ended.push(...callEnding(call, { ending: verdict.ending, duration_ms: 0, attempt: 0 }));
        break;
      default:
        verdict satisfies never;
    }
  }
  events.push(...ended);
  if (allowed.length > 0 || asked.length > 0) {
    events.push({
      type: "workflow.waiting_for_event",
      data: {
        step: "respond",
        event_types: CALL_ENDINGS,
        reason: `waits for ${[...allowed, ...asked.map(() => "a person")].join(", ")}`,
        status: "waiting_for_event",
      },
    });
  }
  events.push(...asked);
  if (asked.length > 0) events.push(...phase("waiting_for_approval", state));
  else if (allowed.length > 0) events.push(...phase("waiting_for_tool", state));
  return events;
}

function recordToolResult(command: RecordToolResult, state: RunState): readonly EventDraft[] {
  const call = executingCall(command.call_id, state);
  return [...command.observations, ...callEnding(call, command)];
}

function askAgain({ type: _, ...question }: AskAgain, state: RunState): readonly EventDraft[] {
  const { tool_name, arguments: shown } = executingCall(question.call_id, state);
  return [
    {
      type: "workflow.waiting_for_approval",
      data: {
        step: "respond",
        ...question,
        tool_name,
        arguments: shown,
        again: true,
        status: "waiting_for_approval",
      },
    },
    ...phase("waiting_for_approval", state),
  ];
}

/** An open call that a worker may have in hand. */
function executingCall(call_id: CallId, state: RunState): ToolCall {
  const call = state.calls.find((candidate) => candidate.call_id === call_id);
  if (call === undefined)
    throw new RefusedError("unknown_call", `run ${state.run_id} has no call ${call_id}`);
  if (call.ending !== null) throw new RefusedError("call_ended", `call ${call_id} has its ending already`);
  if (call.approval === "pending") {
    throw new RefusedError("out_of_order", `call ${call_id} waits for a person and cannot have a result`);
  }
  return call;
}

function callEnding(
  call: Pick<ToolCall, "call_id" | "tool_name" | "permission_scope">,
  { ending, duration_ms, attempt }: Pick<RecordToolResult, "ending" | "duration_ms" | "attempt">,
): readonly EventDraft[] {
  const { call_id, tool_name, permission_scope } = call;
  const told: EventDraft = {
    type: "decision.made",
    data: { name: "tool_result", value: ending.status, notes: tool_name },
  };
  switch (ending.status) {
    case "completed":
      return [
        { type: "tool.completed", data: { call_id, tool_name, output: ending.output, duration_ms, attempt } },
        told,
      ];
    case "failed":
      return [
        { type: "tool.failed", data: { call_id, tool_name, error: ending.error, duration_ms, attempt } },
        told,
      ];
    case "denied":
      return [
        { type: "tool.denied", data: { call_id, tool_name, permission_scope, reason: ending.reason } },
        told,
      ];
    default:
      return ending satisfies never;
  }
}

function failStep({ step, error, retry }: FailStep, state: RunState): readonly EventDraft[] {
  const attempt = inStep(step, state);
  const raised: EventDraft = { type: "error.raised", data: { node: step, message: error.message } };
  if (retry === null) {
    const text = `The run failed while it was at ${step}: ${error.message}`;
    return [
      raised,
      ...end(state, { type: "failed", outcome: "failed", reason: error.message, error, step, text }),
    ];
  }
  const { at: retry_at, backoff_seconds } = retry;
  return [
    raised,
    ...voidOutput(step, `${step} failed and is tried again`, state),
    {
      type: "workflow.retrying",
      data: { step, attempt, backoff_seconds, retry_at, error, status: "retrying" },
    },
  ];
}

/** The attempt of the step the run is at; refuses when that is another step, or none. */
function inStep(step: Step, state: RunState): number {
  const { situation } = state;
  if (situation.status !== "running" || situation.step !== step || situation.progress === "completed") {
    throw new RefusedError(
      "out_of_order",
      `run ${state.run_id} is not at ${step}, it is ${situation.status}`,
    );
  }
  return state.attempts[step] ?? 1;
}

function phase(value: Phase, state: RunState): readonly EventDraft[] {
  return state.phase === value ? [] : [{ type: "status.changed", data: { value } }];
}

/** What an attempt at answering has streamed. The steps behind `respond` judge an answer that stands. */
function voidOutput(step: Step, reason: string, state: RunState): readonly EventDraft[] {
  if (step !== "respond" || state.output_text === "") return [];
  return [{ type: "output.reset", data: { reason } }];
}
