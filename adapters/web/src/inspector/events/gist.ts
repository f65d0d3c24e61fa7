import type { Json } from "../../../../../domain/json.ts";
import type { RunEvent } from "../../../../../domain/run/events.ts";
import { wordsOf } from "../../run-panel/event-words.ts";

const LONGEST = 200;

/** What an event says, in one line: in words where there are some, else the fields that tell it apart. */
export function gistOf(event: RunEvent): string {
  return (wordsOf(event)?.text ?? ownGist(event)).slice(0, LONGEST);
}

function ownGist(event: RunEvent): string {
  switch (event.type) {
    case "run.started":
      return event.data.message;
    case "decision.made":
      return `${event.data.name}: ${text(event.data.value)}`;
    case "cache.miss":
      return `${event.data.cache_name} is not in the cache`;
    case "workflow.started":
      return `begins with ${event.data.current_step}`;
    case "status.changed":
      return event.data.value;
    case "workflow.step.started":
      return `${event.data.step}, attempt ${event.data.attempt}${event.data.driver ? ` on ${event.data.driver.worker_id}` : ""}`;
    case "workflow.step.completed":
      return event.data.step;
    case "workflow.waiting_for_event":
      return event.data.reason;
    case "workflow.retrying":
      return `${event.data.step} again in ${event.data.backoff_seconds} s: ${event.data.error.message}`;
    case "workflow.failed":
      return event.data.reason ?? event.data.error?.message ?? event.data.status;
    case "retrieval.started":
      return event.data.query;
    case "retrieval.completed":
      return event.data.chunk_ids.join(", ");
    case "model.started":
      return `${event.data.model}, round ${event.data.iteration}`;
    case "model.completed":
      return `${event.data.model}: ${event.data.input_tokens} → ${event.data.output_tokens} tokens, ${event.data.finish_reason}`;
    case "output.chunk":
      return JSON.stringify(event.data.text);
    case "tool.discovered":
      return `${event.data.tool_name} (${event.data.permission_scope})`;
    case "tool.requested":
      return `${event.data.tool_name} ${JSON.stringify(event.data.arguments)}`;
    case "tool.completed":
      return `${event.data.tool_name}: ${JSON.stringify(event.data.output)}`;
    case "tool.failed":
      return `${event.data.tool_name}: ${event.data.error.message}`;
    case "tool.denied":
      return `${event.data.tool_name}: ${event.data.reason}`;
    case "run.completed":
      return event.data.final_text;
    default:
      return JSON.stringify(event.data);
  }
}

function text(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
