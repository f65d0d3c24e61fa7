import type { CallId, Timestamp } from "../ids.ts";
import type { ToolRequest } from "../tools/tool.ts";
import type { RunEvent } from "./events.ts";
import { dueAt, next } from "./next.ts";
import { hasEnded, openCalls, type RunState } from "./state.ts";

/** What has to happen together with events, derived from them: no event without its effect, nor the reverse. */
export interface Consequences {
  readonly request_tools: readonly ToolRequest[];
  readonly ended_calls: readonly CallId[];
  readonly due_at: Timestamp | null;
  /** The run can go on now; whoever does not drive it has to wake a driver. */
  readonly ready: boolean;
  readonly ended: boolean;
}

/** `after` is the state with `events` folded in. */
export function consequencesOf(events: readonly RunEvent[], after: RunState): Consequences {
  const request_tools: ToolRequest[] = [];
  const ended_calls: CallId[] = [];
  for (const event of events) {
    switch (event.type) {
      case "tool.requested":
        if (event.data.policy === "allow") request_tools.push(...requestFor(event.data.call_id, after));
        break;
      case "workflow.approval.recorded":
        if (event.data.decision === "approved" && event.data.call_id !== undefined) {
          request_tools.push(...requestFor(event.data.call_id, after));
        }
        break;
      case "tool.completed":
      case "tool.failed":
      case "tool.denied":
        ended_calls.push(event.data.call_id);
        break;
      default:
    }
  }
  const ended = hasEnded(after);
  // Calls that the run's end leaves open are void.
  if (ended) ended_calls.push(...openCalls(after).map(({ call_id }) => call_id));
  return {
    request_tools,
    ended_calls,
    due_at: dueAt(after),
    ready: next(after).type === "execute",
    ended,
  };
}

function requestFor(call_id: CallId, { run_id, calls }: RunState): readonly ToolRequest[] {
  const call = calls.find((candidate) => candidate.call_id === call_id);
  if (call === undefined || call.ending !== null) return [];
  return [{ run_id, call_id, tool_name: call.tool_name, arguments: call.arguments }];
}
