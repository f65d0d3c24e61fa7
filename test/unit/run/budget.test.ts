import { describe, expect, it } from "vitest";
import { excessOf } from "../../../domain/run/budget.ts";
import type { Command } from "../../../domain/run/commands.ts";
import { stateAfter } from "../../support/given.ts";
import {
  begin,
  ERROR,
  fail,
  MODEL_COMPLETED,
  observe,
  say,
  start,
  upTo,
} from "../../support/run-commands.ts";

/** A run with a budget of one dollar, at `respond`; MODEL_COMPLETED costs a quarter. */
const AT_RESPOND: readonly Command[] = [start({ cost_limit_usd: 1 }), ...upTo("respond").slice(1)];
const ASK = observe("respond", {
  type: "model.started",
  data: { iteration: 1, model: "small", provider: "acme-ai", reserved_usd: 0.5 },
});
const SETTLE = observe("respond", MODEL_COMPLETED);
/** The call gave no answer; `lost_usd` when it broke off while the model was at work. */
const failed = (lost_usd?: number) =>
  observe("respond", {
    type: "model.failed",
    data: {
      iteration: 1,
      model: "small",
      error: ERROR,
      ...(lost_usd !== undefined && { lost_usd }),
      duration_ms: 80,
    },
  });

describe("what a run may still cost", () => {
  it("is its budget, to the cent", () => {
    const state = stateAfter(...AT_RESPOND);
    expect(excessOf(1, state)).toBeNull();
    expect(excessOf(1.01, state)).toEqual({
      reason: "the next model call may cost up to $1.01, and $1 of the run's budget of $1 is left",
      worst_case_usd: 1.01,
      left_usd: 1,
    });
  });

  it("is told so that one sees what does not fit", () => {
    const { reason } = excessOf(0.20942, stateAfter(start({ cost_limit_usd: 0.2093 }))) ?? {};
    expect(reason).toContain("cost up to $0.20942, and $0.2093 of the run's budget of $0.2093 is left");
  });

  it("is anything without a budget", () => {
    expect(excessOf(Number.POSITIVE_INFINITY, stateAfter(...upTo("respond")))).toBeNull();
  });

  it("is what the calls so far have left", () => {
    const state = stateAfter(...AT_RESPOND, ASK, SETTLE, ASK, SETTLE);
    expect(excessOf(0.5, state)).toBeNull();
    expect(excessOf(0.51, state)?.left_usd).toBe(0.5);
  });

  it("is less by the worst case of a call that broke off in its answer", () => {
    const state = stateAfter(...AT_RESPOND, ASK, say("A lea"), failed(0.5), fail("respond", 30));
    expect(state).toMatchObject({ reserved_usd: 0, lost_usd: 0.5, cost: { total_cost_usd: 0 } });
    expect(excessOf(0.51, state)?.left_usd).toBe(0.5);
  });

  it("is less by the worst case of a call whose worker died over its answer", () => {
    const state = stateAfter(...AT_RESPOND, ASK, say("A lea"), begin("respond"));
    expect(state).toMatchObject({ reserved_usd: 0, lost_usd: 0.5 });
  });

  it("is less by the worst case of a call whose worker died before any text came", () => {
    const state = stateAfter(...AT_RESPOND, ASK, begin("respond"));
    expect(excessOf(0.51, state)?.left_usd).toBe(0.5);
    const again = stateAfter(...AT_RESPOND, ASK, begin("respond"), ASK, SETTLE);
    expect(again).toMatchObject({ reserved_usd: 0, lost_usd: 0.5, cost: { total_cost_usd: 0.25 } });
  });

  it("is the same after a call that was turned away", () => {
    const turnedAway = [ASK, failed(), fail("respond", 30), begin("respond")];
    const state = stateAfter(...AT_RESPOND, ...turnedAway, ASK, say("A"), SETTLE);
    expect(state).toMatchObject({ reserved_usd: 0, lost_usd: 0, cost: { total_cost_usd: 0.25 } });
  });
});
