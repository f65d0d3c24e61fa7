import type { RunId } from "../ids.ts";
import { extractCitations } from "../knowledge/citations.ts";
import { isTerminal, type RunEvent, type TerminalEventType } from "../run/events.ts";
import type { Outcome } from "../run/summary.ts";

/** What a run's events say about what a case may expect. */
export interface ObservedRun {
  readonly run_id: RunId;
  /** null while the run has not ended. */
  readonly outcome: Outcome | null;
  /** Why the outcome is not `success`. */
  readonly reason: string | null;
  /** "" when the run has none. */
  readonly answer: string;
  /** Chunk ids, each once. */
  readonly cited: readonly string[];
  readonly calls: readonly ObservedCall[];
  readonly cost_usd: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

export interface ObservedCall {
  readonly tool_name: string;
  readonly ending: "completed" | "failed" | "denied" | null;
}

/** Reads a run's events, from the first to the last there is; types it does not know are passed over. */
export function observeRun(run_id: RunId, events: readonly RunEvent[]): ObservedRun {
  const end = events.findLast(isTerminal);
  const answer = end !== undefined && "final_text" in end.data ? end.data.final_text : "";
  return {
    run_id,
    ...(end === undefined ? { outcome: null, reason: null } : conclusion(end)),
    answer,
    cited: [...new Set(extractCitations(answer))],
    calls: callsIn(events),
    ...spendingOf(events),
  };
}

function conclusion(end: RunEvent<TerminalEventType>): Pick<ObservedRun, "outcome" | "reason"> {
  switch (end.type) {
    case "run.completed":
      return { outcome: end.data.outcome, reason: null };
    case "run.failed":
      return { outcome: end.data.outcome, reason: end.data.reason };
    case "run.cancelled":
      return { outcome: "cancelled", reason: end.data.reason };
    default:
      return end satisfies never;
  }
}

const ENDINGS = { "tool.completed": "completed", "tool.failed": "failed", "tool.denied": "denied" } as const;

function callsIn(events: readonly RunEvent[]): readonly ObservedCall[] {
  const endings = new Map(
    events.flatMap((event) =>
      isCallEnding(event) ? [[event.data.call_id, ENDINGS[event.type]] as const] : [],
    ),
  );
  return events.flatMap(({ type, data }) =>
    type === "tool.requested"
      ? [{ tool_name: data.tool_name, ending: endings.get(data.call_id) ?? null }]
      : [],
  );
}

function isCallEnding(event: RunEvent): event is RunEvent<keyof typeof ENDINGS> {
  return event.type in ENDINGS;
}

function spendingOf(
  events: readonly RunEvent[],
): Pick<ObservedRun, "cost_usd" | "input_tokens" | "output_tokens"> {
  // A run that was given up may lack the event that sums up.
  const summed = events.findLast((event) => event.type === "cost.aggregated");
  if (summed !== undefined) {
    const { total_cost_usd, total_input_tokens, total_output_tokens } = summed.data;
    return {
      cost_usd: total_cost_usd,
      input_tokens: total_input_tokens,
      output_tokens: total_output_tokens,
    };
  }
  const asked = events.flatMap(({ type, data }) => (type === "model.completed" ? [data] : []));
  const sum = (of: (data: (typeof asked)[number]) => number) => asked.reduce((all, one) => all + of(one), 0);
  return {
    cost_usd: sum((data) => data.cost_usd),
    input_tokens: sum((data) => data.input_tokens),
    output_tokens: sum((data) => data.output_tokens),
  };
}
