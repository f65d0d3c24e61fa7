import type { RunSummary, RunView } from "../../domain/run/summary.ts";

/** A run as clients see it: with its final text once it has ended. */
export function shown({ summary, final_text }: RunView) {
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
