import { RefusedError } from "../errors.ts";
import type { CallId } from "../ids.ts";
import type { AskAgain, RecordProgress, RecordToolResult, RequestTools } from "./commands.ts";
import { CALL_ENDINGS, type EventDraft } from "./events.ts";
import { voidOutput } from "./output.ts";
import { inStep, phase } from "./progress.ts";
import type { RunState, ToolCall } from "./state.ts";

/** One turn's calls: some go out, some wait for a person, some are over at once. */
export function requestTools({ calls }: RequestTools, state: RunState): readonly EventDraft[] {
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

/** Facts for people who watch; the call stays open. */
export function recordProgress(
  { call_id, progress }: RecordProgress,
  state: RunState,
): readonly EventDraft[] {
  const { tool_name } = executingCall(call_id, state);
  return [{ type: "tool.progress", data: { call_id, tool_name, ...progress } }];
}

/** A call's one ending. */
export function recordToolResult(command: RecordToolResult, state: RunState): readonly EventDraft[] {
  const call = executingCall(command.call_id, state);
  return [...command.observations, ...callEnding(call, command)];
}

/** Whether a call that was begun and interrupted is executed again. */
export function askAgain({ type: _, ...question }: AskAgain, state: RunState): readonly EventDraft[] {
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

/** The events that end a call. */
export function callEnding(
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
