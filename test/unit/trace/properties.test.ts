import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../../domain/run/events.ts";
import { isTerminal } from "../../../domain/run/events.ts";
import { projectTrace } from "../../../domain/trace/project.ts";
import type { Span } from "../../../domain/trace/span.ts";
import { randomRun } from "../../support/random-runs.ts";

/** Runs and all that was known of them at some earlier time, a commit torn in two included. */
const prefix = fc
  .tuple(randomRun, fc.nat())
  .map(([{ events }, n]) => events.slice(0, 1 + (n % events.length)));

function holds(claim: (spans: readonly Span[], events: readonly RunEvent[]) => void): void {
  fc.assert(
    fc.property(prefix, (events) => claim(projectTrace(events).spans, events)),
    { numRuns: 500 },
  );
}

describe("the trace of any run, at any time", () => {
  it("has one root, and every other span lies within its parent", () => {
    holds((spans) => {
      const byId = new Map(spans.map((span) => [span.span_id, span]));
      expect(byId.size).toBe(spans.length);
      const [root, ...others] = spans;
      expect(root?.parent_span_id).toBeNull();
      for (const span of others) {
        const parent = byId.get(span.parent_span_id ?? "");
        if (parent === undefined) throw new RangeError(`${span.name} has no parent`);
        expect(span.start_time >= parent.start_time).toBe(true);
        if (parent.end_time !== null) {
          expect(span.end_time).not.toBeNull();
          expect((span.end_time ?? "") <= parent.end_time).toBe(true);
        }
      }
    });
  });

  it("has open spans while the run goes on, and none after its end", () => {
    holds((spans, events) => {
      const last = events.at(-1);
      const ended = last !== undefined && isTerminal(last);
      expect(spans[0]?.end_time === null).toBe(!ended);
      if (ended) expect(spans.filter(({ end_time }) => end_time === null)).toEqual([]);
    });
  });

  it("tells open from closed by the status, and measures what is closed", () => {
    holds((spans) => {
      for (const { status, end_time, duration_ms } of spans) {
        const open = status === "running" || status === "waiting";
        expect(end_time === null).toBe(open);
        if (open) expect(duration_ms).toBeNull();
        else expect(duration_ms).toBeGreaterThanOrEqual(0);
      }
    });
  });

  it("has a span for every attempt of a step, every call and every question", () => {
    holds((spans, events) => {
      const count = (type: RunEvent["type"]) => events.filter((event) => event.type === type).length;
      const named = (start: string) => spans.filter(({ name }) => name.startsWith(start)).length;
      const steps = spans.filter(({ attributes }) => "baton.step.name" in attributes).length;
      expect(steps).toBe(count("workflow.step.started"));
      expect(named("execute_tool ")).toBe(count("tool.requested"));
      expect(named("chat ")).toBe(count("model.started"));
      expect(named("wait for approval")).toBe(count("workflow.waiting_for_approval"));
      expect(named("wait for tools")).toBe(count("workflow.waiting_for_event"));
      expect(named("wait for retry")).toBe(count("workflow.retrying"));
    });
  });

  it("grows only: what was there stays, under its id", () => {
    fc.assert(
      fc.property(randomRun, fc.nat(), ({ events }, n) => {
        const early = projectTrace(events.slice(0, 1 + (n % events.length))).spans;
        const late = projectTrace(events).spans;
        for (const [index, span] of early.entries()) {
          const { span_id, parent_span_id, name, start_time } = span;
          expect(late[index]).toMatchObject({ span_id, parent_span_id, name, start_time });
          if (span.end_time !== null) expect(late[index]).toEqual(span);
        }
      }),
      { numRuns: 500 },
    );
  });
});
