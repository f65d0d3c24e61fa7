import { describe, expect, it } from "vitest";
import { EVERYTHING, filtered, typesOf } from "../../../../adapters/web/src/inspector/events/event-filter.ts";
import { searchOf, selectionOf, VIEWS } from "../../../../adapters/web/src/inspector/selection.ts";
import { fieldsOf } from "../../../../adapters/web/src/inspector/state/state-changes.ts";
import { TimeTravel } from "../../../../adapters/web/src/inspector/state/time-travel.ts";
import type { RunEvent } from "../../../../domain/run/events.ts";
import { fold } from "../../../../domain/run/evolve.ts";
import { happened, recorded } from "../../../support/given.ts";
import { ALLOW, request, result, say, upTo } from "../../../support/run-commands.ts";

const short = recorded(happened(...upTo("respond"), request({ c1: ALLOW }), result("c1")));
const long = recorded(
  happened(...upTo("respond"), ...Array.from({ length: 1200 }, (_, at) => say(`${at} `))),
);

describe("the state at an event", () => {
  it("is the fold of the events up to there, in whatever order one looks", () => {
    const travel = new TimeTravel();
    for (const seq of [long.length, 3, 700, 251, 250, 249, 1199, 1, 1000]) {
      expect(travel.at(long, seq)).toEqual(fold(null, long.slice(0, seq)));
    }
  });

  it("goes on as events come", () => {
    const travel = new TimeTravel();
    for (let known = 100; known <= long.length; known += 97) {
      expect(travel.at(long.slice(0, known), known)?.last_seq).toBe(known);
    }
    expect(travel.at(long, long.length)).toEqual(fold(null, long));
  });

  it("ends with the last event, and begins before the first with nothing", () => {
    const travel = new TimeTravel();
    expect(travel.at(short, short.length + 5)?.last_seq).toBe(short.length);
    expect(travel.at(short, 0)).toBeNull();
  });

  it("says what the event changed", () => {
    const seq = short.findIndex(({ type }) => type === "tool.requested") + 1;
    const travel = new TimeTravel();
    const after = travel.at(short, seq);
    if (after === null) throw new Error("there are events");
    const changed = fieldsOf(travel.at(short, seq - 1), after).filter(({ before }) => before !== undefined);
    expect(changed.map(({ name }) => name)).toContain("tool_requests");
    expect(changed.map(({ name }) => name)).not.toContain("updated_at");
    expect(changed.find(({ name }) => name === "last_tool_status")).toMatchObject({
      before: null,
      value: "requested",
    });
    expect(fieldsOf(null, after).every(({ before }) => before === undefined)).toBe(true);
  });
});

describe("the events shown", () => {
  const seqs = (events: readonly RunEvent[]) => events.map(({ seq }) => seq);

  it("are all of them, as they are, when nothing is asked for", () => {
    expect(filtered(short, EVERYTHING)).toBe(short);
  });

  it("are those of the types and with the words asked for", () => {
    const types = new Set(["tool.requested", "tool.completed"] as const);
    const tools = short.filter(({ type }) => (types as ReadonlySet<string>).has(type));
    expect(seqs(filtered(short, { types, search: "" }))).toEqual(seqs(tools));
    expect(filtered(short, { types: new Set(), search: "TOOL.requested  c1" })).toHaveLength(1);
    expect(filtered(short, { types, search: "nowhere" })).toEqual([]);
  });

  it("are counted by type", () => {
    const counts = new Map(typesOf(short));
    expect(counts.get("run.started")).toBe(1);
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(short.length);
  });
});

describe("what is selected", () => {
  it.each([
    { view: "trace", seq: null, span_id: null },
    { view: "events", seq: 17, span_id: null },
    { view: "state", seq: 1, span_id: "00f067aa0ba902b7" },
  ] as const)("stands in the address: %o", (selection) => {
    expect(selectionOf(new URLSearchParams(searchOf(selection)))).toEqual(selection);
  });

  it.each(["", "view=nowhere", "seq=0", "seq=-1", "seq=1e3", "seq=x"])("is the default for %s", (search) => {
    expect(selectionOf(new URLSearchParams(search))).toEqual({ view: VIEWS[0], seq: null, span_id: null });
  });
});
