import { describe, expect, it } from "vitest";
import {
  type Bar,
  barsOf,
  moved,
  place,
  ticksOf,
  wholeOf,
  zoomed,
} from "../../../../adapters/web/src/inspector/trace/waterfall.ts";
import { projectTrace } from "../../../../domain/trace/project.ts";
import { happened, recorded } from "../../../support/given.ts";
import { ALLOW, begin, request, result, upTo } from "../../../support/run-commands.ts";

const bar = (start_ms: number, end_ms: number) => ({ start_ms, end_ms }) as Bar;
const WHOLE = { from_ms: 0, to_ms: 1000 };

describe("the waterfall of a run", () => {
  const events = recorded(
    happened(
      ...upTo("respond"),
      request({ c1: ALLOW, c2: ALLOW }),
      result("c1"),
      result("c2"),
      begin("respond"),
    ),
  );
  const { spans } = projectTrace(events);
  const now = Date.parse(events.at(-1)?.ts ?? "") + 500;
  const bars = barsOf(spans, now);

  it("has every span once, each below the one it belongs to", () => {
    expect(new Set(bars.map(({ span }) => span.span_id))).toEqual(
      new Set(spans.map(({ span_id }) => span_id)),
    );
    expect(bars[0]).toMatchObject({ depth: 0, start_ms: 0 });
    for (const [index, { span, depth }] of bars.entries()) {
      const parent = bars.slice(0, index).findLast((above) => above.depth === depth - 1);
      if (depth > 0) expect(parent?.span.span_id).toBe(span.parent_span_id);
    }
  });

  it("lets open spans grow until now", () => {
    const open = bars.filter(({ span }) => span.end_time === null);
    expect(open).not.toEqual([]);
    expect(new Set(open.map(({ end_ms }) => end_ms))).toEqual(new Set([wholeOf(bars).to_ms]));
  });

  it("is empty without spans", () => {
    expect(barsOf([], now)).toEqual([]);
    expect(wholeOf([])).toEqual({ from_ms: 0, to_ms: 1 });
  });
});

describe("the part that is shown", () => {
  it.each([
    [bar(0, 1000), { left: 0, width: 100 }],
    [bar(250, 500), { left: 25, width: 25 }],
    [bar(500, 500), { left: 50, width: 0 }],
  ])("places %o", (placed, expected) => {
    expect(place(placed, WHOLE)).toEqual(expected);
  });

  it("cuts what reaches beyond it, and leaves out what is outside", () => {
    const range = { from_ms: 400, to_ms: 600 };
    expect(place(bar(300, 500), range)).toEqual({ left: 0, width: 50 });
    expect(place(bar(500, 900), range)).toEqual({ left: 50, width: 50 });
    expect(place(bar(0, 399), range)).toBeNull();
    expect(place(bar(601, 700), range)).toBeNull();
  });

  it("zooms about a moment, which stays where it is", () => {
    expect(zoomed(WHOLE, 0.5, 250, WHOLE)).toEqual({ from_ms: 125, to_ms: 625 });
    expect(zoomed({ from_ms: 125, to_ms: 625 }, 2, 250, WHOLE)).toEqual(WHOLE);
  });

  it("stays within the whole, and shows a millisecond at least", () => {
    expect(zoomed(WHOLE, 4, 500, WHOLE)).toEqual(WHOLE);
    expect(zoomed(WHOLE, 0.5, 1000, WHOLE)).toEqual({ from_ms: 500, to_ms: 1000 });
    const nearest = zoomed(WHOLE, 1e-9, 500, WHOLE);
    expect(nearest.to_ms - nearest.from_ms).toBe(1);
    expect(moved({ from_ms: 400, to_ms: 600 }, -5, WHOLE)).toEqual({ from_ms: 0, to_ms: 200 });
    expect(moved({ from_ms: 400, to_ms: 600 }, 0.5, WHOLE)).toEqual({ from_ms: 500, to_ms: 700 });
  });

  it.each([
    [WHOLE, [0, 200, 400, 600, 800, 1000]],
    [{ from_ms: 0, to_ms: 7 }, [0, 2, 4, 6]],
    [{ from_ms: 130, to_ms: 260 }, [150, 200, 250]],
  ])("is divided by round moments: %o", (range, ticks) => {
    expect(ticksOf(range)).toEqual(ticks);
  });
});
