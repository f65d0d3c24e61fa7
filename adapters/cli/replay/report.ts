import { type Aligned, align } from "../../../domain/replay/align.ts";
import { type Divergence, firstDivergence } from "../../../domain/replay/divergence.ts";
import type { Recording } from "../../../domain/replay/recording.ts";
import { isTerminal, type RunEvent } from "../../../domain/run/events.ts";
import { projectTrace } from "../../../domain/trace/project.ts";
import type { TraceTotals } from "../../../domain/trace/span.ts";
import { type HistoryLine, linesOf } from "./lines.ts";

/** Something the replay asked for and the record does not hold. */
export interface NotRecorded {
  readonly asked: "result" | "approval";
  readonly call: { readonly tool_name: string; readonly arguments: object } | null;
}

/** What came of a replay, to be printed. */
export interface Report {
  readonly run_id: string;
  readonly live: boolean;
  readonly diverged: boolean;
  /** Why the record was compared only up to its end; null when the run ended by itself. */
  readonly cut: string | null;
  readonly divergence: Divergence | null;
  readonly not_recorded: readonly NotRecorded[];
  readonly diff: readonly Aligned<HistoryLine>[];
  readonly recorded: Side;
  readonly replayed: Side;
}

export interface Side {
  readonly outcome: string;
  readonly totals: Omit<TraceTotals, "duration_ms">;
}

/** Sets a replay beside its record. */
export function reportOn(
  recording: Recording,
  replayed: { readonly events: readonly RunEvent[]; readonly not_recorded: readonly NotRecorded[] },
  live: boolean,
): Report {
  const { run_id, events: recorded, cut } = recording;
  const { events, not_recorded } = replayed;
  const divergence = firstDivergence(recorded, events, { cut: cut !== null, usage: !live });
  return {
    run_id,
    live,
    diverged: divergence !== null,
    cut,
    divergence,
    not_recorded,
    diff: align(linesOf(recorded), linesOf(events)),
    recorded: sideOf(recorded),
    replayed: sideOf(events),
  };
}

function sideOf(events: readonly RunEvent[]): Side {
  const { duration_ms: _, ...totals } = projectTrace(events).trace.totals;
  return { outcome: outcomeOf(events.at(-1)), totals };
}

function outcomeOf(last: RunEvent | undefined): string {
  if (last === undefined || !isTerminal(last)) return "none";
  return last.type === "run.cancelled" ? "cancelled" : last.data.outcome;
}
