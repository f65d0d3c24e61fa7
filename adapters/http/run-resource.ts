import type { RunState } from "../../domain/run/state.ts";
import { finalTextOf, type RunSummary, summarize } from "../../domain/run/summary.ts";

/** A run as clients see it. */
export function viewOf(state: RunState) {
  return withFinalText(summarize(state), finalTextOf(state));
}

/** A run of which no more is known than its summary, and its final text once it has ended. */
export function withFinalText(summary: RunSummary, final_text: string | null) {
  return { ...linked(summary), ...(summary.ended_at !== null && { final_text }) };
}

/** A run in a list, with where more is told of it. */
export function linked(summary: RunSummary) {
  const self = `/runs/${summary.run_id}`;
  return {
    id: summary.run_id,
    ...summary,
    links: {
      self,
      events: `${self}/events`,
      state: `${self}/state`,
      workflow: `${self}/workflow`,
      trace: `${self}/trace`,
      spans: `${self}/spans`,
      cancel: `${self}/cancel`,
      approval: `${self}/approval`,
      diagnosis: `${self}/diagnosis`,
      fork: `${self}/fork`,
    },
  };
}
