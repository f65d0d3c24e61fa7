import type { RunStatus } from "../../../../domain/run/state.ts";
import type { Outcome } from "../../../../domain/run/summary.ts";

/** What a colour says: it goes on, it waits, it went well, somebody should look, it went wrong. */
export type Tone = "active" | "wait" | "good" | "warn" | "bad" | "neutral";

export function toneOf(status: RunStatus, outcome: Outcome | null): Tone {
  switch (status) {
    case "queued":
      return "neutral";
    case "running":
    case "waiting_for_tool":
      return "active";
    case "waiting_for_approval":
      return "wait";
    case "retrying":
      return "warn";
    case "completed":
      return "good";
    case "failed":
      return outcome === "failed" ? "bad" : "warn";
    case "cancelled":
      return "neutral";
    default:
      return status satisfies never;
  }
}

export function wordOf(status: RunStatus, outcome: Outcome | null): string {
  switch (status) {
    case "queued":
      return "queued";
    case "running":
      return "running";
    case "waiting_for_tool":
      return "waiting for a tool";
    case "waiting_for_approval":
      return "waiting for you";
    case "retrying":
      return "retrying";
    case "completed":
      return "completed";
    case "failed":
      return outcome === "refusal" ? "refused" : outcome === "failure" ? "not answered" : "failed";
    case "cancelled":
      return "cancelled";
    default:
      return status satisfies never;
  }
}
