import { expect } from "vitest";
import type { RunEvent } from "../../domain/run/events.ts";
import { dueAt, next } from "../../domain/run/next.ts";
import { hasEnded, openCalls, type RunState, type ToolCall } from "../../domain/run/state.ts";
import { summarize } from "../../domain/run/summary.ts";
import { toRunStateView, toWorkflowStateView } from "../../domain/run/views.ts";

/** What holds behind every single event, also in the middle of a commit. `text` is what a reader has on the screen. */
export function assertConsistent(state: RunState, event: RunEvent, text: string): void {
  const { calls } = state;
  expect({ seq: state.last_seq, ts: state.updated_at, text: state.output_text }).toEqual({
    seq: event.seq,
    ts: event.ts,
    text,
  });
  expect(new Set(calls.map(({ call_id }) => call_id)).size).toBe(calls.length);
  expect(state.iterations).toBe(Math.max(0, ...calls.map(({ iteration }) => iteration)));
  expect(calls.filter(isImpossible)).toEqual([]);
}

/** Consent that was needed and never asked for, or a result without it. */
function isImpossible({ policy, approval, ending }: ToolCall): boolean {
  if (policy === "ask" && approval === "not_needed") return true;
  return ending?.status === "completed" && approval !== "not_needed" && approval !== "approved";
}

/** What a reader of the stream has on the screen behind `event`. */
export function textAfter(event: RunEvent, before: string): string {
  if (event.type === "output.reset") return "";
  return event.type === "output.chunk" ? before + event.data.text : before;
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
