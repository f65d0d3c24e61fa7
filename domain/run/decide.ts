import { RefusedError } from "../errors.ts";
import { decideApproval, decideTimeOut } from "./approvals.ts";
import type { BeginStep, Command, FailStep, Observe, StartRun } from "./commands.ts";
import { completeStep } from "./completions.ts";
import { end } from "./endings.ts";
import type { EventDraft } from "./events.ts";
import { next } from "./next.ts";
import { voidOutput } from "./output.ts";
import { inStep, phase } from "./progress.ts";
import { hasEnded, type RunState } from "./state.ts";
import { askAgain, recordProgress, recordToolResult, requestTools } from "./tool-calls.ts";

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
    case "RecordProgress":
      return recordProgress(command, state);
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

function beginStep({ step, driver, deadline_at }: BeginStep, state: RunState): readonly EventDraft[] {
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
        ...(deadline_at !== undefined && { deadline_at }),
      },
    },
    ...shown,
  ];
}

function observe(command: Observe, state: RunState): readonly EventDraft[] {
  inStep(command.step, state);
  return command.observations;
}

function failStep(
  { step, error, retry, outcome = "failed" }: FailStep,
  state: RunState,
): readonly EventDraft[] {
  const attempt = inStep(step, state);
  const raised: EventDraft = { type: "error.raised", data: { node: step, message: error.message } };
  if (retry === null) {
    const text = `The run failed while it was at ${step}: ${error.message}`;
    return [raised, ...end(state, { type: "failed", outcome, reason: error.message, error, step, text })];
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
