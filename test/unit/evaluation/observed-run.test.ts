import { describe, expect, it } from "vitest";
import { observeRun } from "../../../domain/evaluation/observed-run.ts";
import type { RunId } from "../../../domain/ids.ts";
import type { EventData, EventType, RunEvent } from "../../../domain/run/events.ts";

const RUN_ID = "run-1" as RunId;

/** Events with the part of their data that matters here. */
function events(...drafts: readonly (readonly [string, object])[]): readonly RunEvent[] {
  return drafts.map(([type, data], index) => ({
    id: `event-${index}`,
    run_id: RUN_ID,
    seq: index + 1,
    ts: "2026-01-31T12:00:00.000Z",
    type,
    data,
  })) as unknown as readonly RunEvent[];
}

const event = <Type extends EventType>(type: Type, data: Partial<EventData[Type]>) => [type, data] as const;
const call = (call_id: string, tool_name: string) =>
  event("tool.requested", { call_id: call_id as never, tool_name });
const asked = (cost_usd: number) =>
  event("model.completed", { cost_usd, input_tokens: 100, output_tokens: 10 });

describe("what is observed of a run", () => {
  it("is its outcome, its answer and what the answer cites", () => {
    const final_text = "One [a#b-1]. Two [a#b-1]. Three [c#d-2].";
    const run = observeRun(RUN_ID, events(event("run.completed", { final_text, outcome: "success" })));
    expect(run).toMatchObject({ outcome: "success", reason: null, answer: final_text });
    expect(run.cited).toEqual(["a#b-1", "c#d-2"]);
  });

  it("is the reason when it did not succeed", () => {
    const refused = event("run.failed", { final_text: "No.", outcome: "refusal", reason: "it is a trick" });
    expect(observeRun(RUN_ID, events(refused))).toMatchObject({
      outcome: "refusal",
      reason: "it is a trick",
      answer: "No.",
    });
    const cancelled = event("run.cancelled", { reason: "enough", user_id: "ada" });
    expect(observeRun(RUN_ID, events(cancelled))).toMatchObject({
      outcome: "cancelled",
      reason: "enough",
      answer: "",
    });
  });

  it("is no outcome before it has ended", () => {
    expect(observeRun(RUN_ID, events(["run.started", {}]))).toMatchObject({ outcome: null, answer: "" });
  });

  it("is each tool that was asked for, with what became of the call", () => {
    const run = observeRun(
      RUN_ID,
      events(
        call("1", "add"),
        call("2", "add"),
        call("3", "drop"),
        call("4", "wait"),
        event("tool.denied", { call_id: "3" as never }),
        event("tool.failed", { call_id: "2" as never }),
        event("tool.completed", { call_id: "1" as never }),
      ),
    );
    expect(run.calls).toEqual([
      { tool_name: "add", ending: "completed" },
      { tool_name: "add", ending: "failed" },
      { tool_name: "drop", ending: "denied" },
      { tool_name: "wait", ending: null },
    ]);
  });

  it("is what it cost, by the sum that the run itself drew", () => {
    const sum = event("cost.aggregated", {
      total_cost_usd: 0.5,
      total_input_tokens: 300,
      total_output_tokens: 30,
    });
    expect(observeRun(RUN_ID, events(asked(0.1), asked(0.2), sum))).toMatchObject({
      cost_usd: 0.5,
      input_tokens: 300,
      output_tokens: 30,
    });
  });

  it("is the sum of its model calls when it was cut short", () => {
    expect(observeRun(RUN_ID, events(asked(0.25), asked(0.5)))).toMatchObject({
      cost_usd: 0.75,
      input_tokens: 200,
      output_tokens: 20,
    });
  });

  it("passes over events of types that it does not know", () => {
    const run = observeRun(
      RUN_ID,
      events(["something.new", {}], event("run.completed", { final_text: "Yes.", outcome: "success" })),
    );
    expect(run.outcome).toBe("success");
  });
});
