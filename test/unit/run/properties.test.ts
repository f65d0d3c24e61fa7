import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "../../../domain/run/decide.ts";
import { consequencesOf } from "../../../domain/run/effects.ts";
import { isTerminal, type RunEvent, STEPS } from "../../../domain/run/events.ts";
import { evolve, fold } from "../../../domain/run/evolve.ts";
import { proveRun } from "../../../domain/run/proof.ts";
import { hasEnded, type RunState } from "../../../domain/run/state.ts";
import { refusalOf } from "../../support/given.ts";
import { anyCommand, type RandomRun, randomRun } from "../../support/random-runs.ts";
import { assertConsistent, assertValid, textAfter } from "../../support/valid-run.ts";

const RUNS = { numRuns: 300 };

function holds(claim: (run: RandomRun) => void): void {
  fc.assert(fc.property(randomRun, claim), RUNS);
}

describe("whatever is asked of a run, in whatever order", () => {
  it("each event leads to a consistent state, and each commit to a valid one", () => {
    holds(({ events, turns }) => {
      const borders = new Set(turns.map(({ last_seq }) => last_seq));
      let state: RunState | null = null;
      let text = "";
      for (const event of events) {
        state = evolve(state, event);
        text = textAfter(event, text);
        assertConsistent(state, event, text);
        if (borders.has(event.seq)) assertValid(state);
      }
    });
  });

  it("a snapshot and the events behind it fold to the same state as all events", () => {
    fc.assert(
      fc.property(randomRun, fc.nat(), ({ events }, n) => {
        const cut = n % (events.length + 1);
        const snapshot = JSON.parse(JSON.stringify(fold(null, events.slice(0, cut)))) as RunState | null;
        expect(fold(snapshot, events.slice(cut))).toEqual(fold(null, events));
      }),
      RUNS,
    );
  });

  it("the stored run satisfies its invariants: one ending, one result a call, a snapshot that agrees", () => {
    holds(({ events }) => {
      expect(proveRun(events, fold(null, events))).toEqual([]);
    });
  });

  it("nothing happens after the end, and everything that is asked then is refused or has no effect", () => {
    fc.assert(
      fc.property(randomRun, anyCommand, ({ events, turns }, command) => {
        const state = turns.at(-1)?.state ?? null;
        if (state === null || !hasEnded(state)) return;
        expect(events.filter(isTerminal)).toEqual(events.slice(-1));
        let told: readonly unknown[] = [];
        const refused = refusalOf(() => {
          told = decide(command, state);
        });
        expect({ refused, told }).toEqual({ refused, told: [] });
      }),
      RUNS,
    );
  });

  it("steps go their way: each in its order, each attempt once, none completed that had not started", () => {
    holds(({ events }) => {
      const open = new Map<string, number>();
      let furthest = 0;
      for (const event of events) {
        if (event.type === "workflow.step.started") {
          const { step, attempt } = event.data;
          const place = STEPS.indexOf(step);
          expect(place).toBeGreaterThanOrEqual(furthest);
          expect(attempt).toBe((open.get(step) ?? 0) + 1);
          open.set(step, attempt);
          furthest = place;
        } else if (event.type === "workflow.step.completed") {
          const { step, attempt } = event.data;
          expect(open.get(step)).toBe(attempt);
          expect(STEPS.indexOf(step)).toBe(furthest);
          furthest += 1;
        }
      }
    });
  });

  it("an answer that stands is not touched again until the run ends", () => {
    holds(({ events }) => {
      const answered = events.findIndex((event) => completes(event, "respond"));
      if (answered < 0) return;
      const decided = events.findIndex(
        (event) => event.type === "decision.made" && event.data.name === "outcome",
      );
      // The end may replace the answer by the reason why it is withheld: at most by a reset and one text.
      const end = decided < 0 ? events.length : decided;
      const touched = events.slice(answered, end).filter(({ type }) => type.startsWith("output."));
      expect(touched.length).toBeLessThanOrEqual(decided < 0 ? 0 : 2);
      for (const { seq } of touched) expect(seq).toBeGreaterThan(end - 2);
    });
  });

  it("every call is put into the queue exactly when it may be executed, and leaves it with its ending", () => {
    holds(({ events, turns }) => {
      const queued = new Map<string, number>();
      const ended: string[] = [];
      let seen = 0;
      for (const { last_seq, state } of turns) {
        if (state === null || last_seq === seen) continue;
        const consequences = consequencesOf(events.slice(seen, last_seq), state);
        seen = last_seq;
        for (const { call_id } of consequences.request_tools) {
          queued.set(call_id, (queued.get(call_id) ?? 0) + 1);
        }
        ended.push(...consequences.ended_calls);
        for (const call of state.calls) {
          if (call.ending !== null || call.approval === "pending") continue;
          expect(queued.get(call.call_id)).toBeGreaterThan(0);
        }
      }
      const last = turns.at(-1)?.state;
      const endings = (last?.calls ?? []).filter(({ ending }) => ending !== null);
      expect([...ended].sort()).toEqual(endings.map(({ call_id }) => call_id).sort());
    });
  });

  it("the same approval or cancellation again has no effect", () => {
    holds(({ turns }) => {
      for (const { command, refused, state } of turns) {
        if (state === null || refused !== null) continue;
        if (command.type === "RecordApproval" || command.type === "Cancel") {
          expect(decide(command, state)).toEqual([]);
        }
      }
    });
  });

  it("a result that was recorded is recorded once", () => {
    holds(({ turns }) => {
      for (const { command, refused, state } of turns) {
        if (command.type !== "RecordToolResult" || refused !== null || state === null) continue;
        expect(refusalOf(() => decide(command, state))).toBe("call_ended");
      }
    });
  });
});

describe("the random runs", () => {
  it("reach every status and every ending, or the properties would say little", () => {
    const runs = fc.sample(randomRun, { numRuns: 500, seed: 1 });
    const reached = new Set(runs.flatMap(({ turns }) => turns.map(({ state }) => state?.situation.status)));
    expect([...reached].sort()).toEqual([
      "cancelled",
      "completed",
      "failed",
      "queued",
      "retrying",
      "running",
      "waiting_for_approval",
      "waiting_for_tool",
    ]);
    const answered = runs.filter(({ events }) => events.some((event) => completes(event, "respond")));
    expect(answered.length).toBeGreaterThan(100);
  });
});

function completes(event: RunEvent, step: string): boolean {
  return event.type === "workflow.step.completed" && event.data.step === step;
}
