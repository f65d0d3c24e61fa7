import type { RunEvent } from "../../../../../domain/run/events.ts";
import { projectTrace } from "../../../../../domain/trace/project.ts";
import type { Span } from "../../../../../domain/trace/span.ts";

/** The span that an event belongs to: the one it begins or ends, else the last begun of those that were open. */
export function spanOf(events: readonly RunEvent[], { seq }: RunEvent): Span | null {
  const before = spansOf(events.slice(0, seq - 1));
  const behind = spansOf(events.slice(0, seq));
  const known = new Set(before.map(({ span_id }) => span_id));
  const open = before.filter(({ end_time }) => end_time === null);
  const wasOpen = new Set(open.map(({ span_id }) => span_id));
  return (
    behind.findLast(({ span_id }) => !known.has(span_id)) ??
    // What ends with it, such as a wait, began later.
    behind.find(({ span_id, end_time }) => end_time !== null && wasOpen.has(span_id)) ??
    open.at(-1) ??
    null
  );
}

function spansOf(events: readonly RunEvent[]): readonly Span[] {
  return events.length === 0 ? [] : projectTrace(events).spans;
}
