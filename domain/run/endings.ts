import type { EventDraft, FailedOutcome, Problem, RunEvent, Step, TerminalEventType } from "./events.ts";
import { replaceOutput } from "./output.ts";
import { openCalls, type RunState } from "./state.ts";

/** The ends that may come while somebody is at work on the run: whoever is, stops. */
export const STOPPING_EVENTS = ["run.failed", "run.cancelled"] as const satisfies TerminalEventType[];

/** How a run ends. The text of a completed run is what was streamed; a failed run's may replace it. */
export type Ending =
  | { readonly type: "completed" }
  | {
      readonly type: "failed";
      readonly outcome: FailedOutcome;
      readonly reason: string;
      readonly text: string;
      readonly step?: Step;
      readonly error?: Problem;
    }
  | { readonly type: "cancelled"; readonly reason: string; readonly user_id: string };

/** The events that end a run, the terminal one last: open calls are closed first, so each has one ending. */
export function end(state: RunState, ending: Ending): readonly EventDraft[] {
  return [
    ...closeOpenCalls(state, ending),
    ...(ending.type === "failed"
      ? replaceOutput(state, ending.text, ending.step ?? "finalize", ending.reason)
      : []),
    { type: "decision.made", data: { name: "outcome", value: outcomeOf(ending) } },
    ...(state.cost.total_model_calls === 0 ? [] : [{ type: "cost.aggregated", data: state.cost } as const]),
    workflowEnd(ending),
    { type: "status.changed", data: { value: "complete" } },
    runEnd(state, ending),
  ];
}

/** How many events of an ended run lie before those that end it together: what `end` makes, and the last step's completion. */
export function endingStart(events: readonly RunEvent[]): number {
  const last = events.at(-1);
  const final_text = last?.type === "run.failed" ? last.data.final_text : null;
  let from = events.findLastIndex(({ type, data }) => type === "decision.made" && data.name === "outcome");
  while (from > 0 && belongsToEnding(events[from - 1], final_text)) from -= 1;
  return from;
}

function belongsToEnding(event: RunEvent | undefined, final_text: string | null): boolean {
  switch (event?.type) {
    case "output.reset":
      return true;
    case "output.chunk":
      return event.data.text === final_text;
    case "tool.failed":
      return event.data.error.code === "cancelled" || event.data.error.code === "run_ended";
    case "workflow.step.completed":
      return event.data.step === "finalize";
    default:
      return false;
  }
}

function closeOpenCalls(state: RunState, ending: Ending): readonly EventDraft[] {
  const code = ending.type === "cancelled" ? "cancelled" : "run_ended";
  return openCalls(state).map(({ call_id, tool_name, approval }) => ({
    type: "tool.failed",
    data: {
      call_id,
      tool_name,
      error: {
        code,
        message:
          approval === "pending"
            ? "the run ended before a person decided on the call; it was not executed"
            : "the run ended before the call's result was known; it may have had its effect",
      },
      duration_ms: 0,
      attempt: 0,
    },
  }));
}

function outcomeOf(ending: Ending): string {
  switch (ending.type) {
    case "completed":
      return "success";
    case "failed":
      return ending.outcome;
    case "cancelled":
      return "cancelled";
    default:
      return ending satisfies never;
  }
}

function workflowEnd(ending: Ending): EventDraft {
  switch (ending.type) {
    case "completed":
      return { type: "workflow.completed", data: { status: "completed" } };
    case "cancelled":
      return { type: "workflow.failed", data: { reason: ending.reason, status: "cancelled" } };
    case "failed": {
      const { step, error, reason } = ending;
      return {
        type: "workflow.failed",
        data: { ...(step && { step }), ...(error && { error }), reason, status: "failed" },
      };
    }
    default:
      return ending satisfies never;
  }
}

function runEnd(state: RunState, ending: Ending): EventDraft {
  switch (ending.type) {
    case "completed":
      return { type: "run.completed", data: { final_text: state.output_text, outcome: "success" } };
    case "failed":
      return {
        type: "run.failed",
        data: { final_text: ending.text, outcome: ending.outcome, reason: ending.reason },
      };
    case "cancelled":
      return { type: "run.cancelled", data: { reason: ending.reason, user_id: ending.user_id } };
    default:
      return ending satisfies never;
  }
}
