import { joinText } from "../../../domain/replay/comparable.ts";
import type { RunEvent } from "../../../domain/run/events.ts";
import { printable } from "../eval/printable.ts";
import { noticeOf } from "../render.ts";

/** What happened in one line, without what is new in every run. */
export interface HistoryLine {
  readonly seq: number;
  readonly text: string;
}

/** A history as a person skims it: steps, models, tools, decisions and the outcome. */
export function linesOf(events: readonly RunEvent[]): readonly HistoryLine[] {
  return joinText(events).flatMap((event) => {
    const text = lineOf(event);
    return text === null ? [] : [{ seq: event.seq, text: printable(text) }];
  });
}

function lineOf(event: RunEvent): string | null {
  switch (event.type) {
    case "model.completed":
      return `  ${event.data.model}: ${event.data.finish_reason}`;
    case "workflow.retrying":
      return `↻ ${event.data.step} again: ${event.data.error.message}`;
    case "tool.requested": {
      const { tool_name, arguments: given, policy } = event.data;
      return `→ ${tool_name} ${JSON.stringify(given)} (${policy})`;
    }
    case "run.forked":
      return `⑂ branched off ${event.data.from_run_id} behind event ${event.data.from_seq}`;
    case "run.completed":
      return `✓ success: ${event.data.final_text}`;
    case "run.failed":
      return `✗ ${event.data.outcome}: ${event.data.final_text}`;
    default:
      return noticeOf(event)?.[1] ?? null;
  }
}
