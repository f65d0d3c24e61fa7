import { expect } from "vitest";
import type { RunEvent } from "../../domain/run/events.ts";
import { dueAt, next } from "../../domain/run/next.ts";
import { hasEnded, openCalls, type RunState } from "../../domain/run/state.ts";
import { summarize } from "../../domain/run/summary.ts";
import { toRunStateView, toWorkflowStateView } from "../../domain/run/views.ts";

/** What holds behind every single event, also in the middle of a commit. `events` are all up to here. */
export function assertConsistent(state: RunState, events: readonly RunEvent[]): void {
  expect(state.last_seq).toBe(events.length);
  expect(state.updated_at).toBe(events.at(-1)?.ts);
  expect(state.output_text).toBe(textOf(events));
  expect(new Set(state.calls.map(({ call_id }) => call_id)).size).toBe(state.calls.length);
  expect(state.iterations).toBe(Math.max(0, ...state.calls.map(({ iteration }) => iteration)));
  for (const call of state.calls) {
    if (call.ending?.status === "completed") expect(["not_needed", "approved"]).toContain(call.approval);
  }
}

/** What holds at the borders of commits: what anybody can load. */
export function assertValid(state: RunState): void {
  const open = openCalls(state);
  const pending = open.filter(({ approval }) => approval === "pending");
  const { situation } = state;
  switch (situation.status) {
    case "queued":
      expect(state.last_step).toBeNull();
      expect(state.calls).toEqual([]);
      break;
    case "running":
      expect(open).toEqual([]);
      expect(situation.step).toBe(state.last_step);
      expect(state.attempts[situation.step]).toBeGreaterThan(0);
      break;
    case "waiting_for_tool":
      expect(open.length).toBeGreaterThan(0);
      expect(pending).toEqual([]);
      break;
    case "waiting_for_approval":
      expect(situation.step).toBe(state.last_step);
      if (situation.step === "respond") {
        const asked = situation.approvals.map(({ call_id }) => call_id);
        expect(asked.length).toBeGreaterThan(0);
        expect([...asked].sort()).toEqual(pending.map(({ call_id }) => call_id).sort());
      } else {
        expect(open).toEqual([]);
        expect(situation.approvals.map(({ call_id }) => call_id)).toEqual([undefined]);
      }
      break;
    case "retrying":
      expect(open).toEqual([]);
      expect(situation.step).toBe(state.last_step);
      expect(state.failures).toBeGreaterThan(0);
      expect(state.last_error).not.toBeNull();
      break;
    case "completed":
    case "failed":
      expect(situation.final_text).toBe(state.output_text);
      break;
    case "cancelled":
      break;
    default:
      situation satisfies never;
  }
  if (hasEnded(state)) expect(open).toEqual([]);
  expect(state.phase === "complete").toBe(hasEnded(state));
  expect(next(state).type === "done").toBe(hasEnded(state));
  if (hasEnded(state)) expect(dueAt(state)).toBeNull();
  expect(summarize(state).ended_at).toBe(hasEnded(state) ? state.updated_at : null);
  expect(toWorkflowStateView(state).pending_calls).toEqual(open.map(({ call_id }) => call_id));
  expect(toRunStateView(state).tool_results).toHaveLength(state.calls.length - open.length);
}

/** What a reader of the stream has on the screen. */
function textOf(events: readonly RunEvent[]): string {
  const reset = events.findLastIndex(({ type }) => type === "output.reset");
  return events
    .slice(reset + 1)
    .map((event) => (event.type === "output.chunk" ? event.data.text : ""))
    .join("");
}
