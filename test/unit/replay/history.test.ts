import { describe, expect, it } from "vitest";
import { repeatable } from "../../../domain/replay/history.ts";
import type { Command } from "../../../domain/run/commands.ts";
import { happened, recorded } from "../../support/given.ts";
import {
  ALLOW,
  begin,
  COMPLETIONS,
  cancel,
  complete,
  MODEL_COMPLETED,
  MODEL_STARTED,
  observe,
  request,
  result,
  say,
  timeOut,
  upTo,
} from "../../support/run-commands.ts";

const historyOf = (...commands: readonly Command[]) => repeatable(recorded(happened(...commands)));
const typesOf = ({ events }: ReturnType<typeof historyOf>) => events.map(({ type }) => type);

describe("the part of a record that a replay repeats", () => {
  it("is all of it when the run ended by itself", () => {
    const whole = historyOf(...upTo("finalize"), complete(COMPLETIONS.finalize));
    expect(whole).toMatchObject({ cut: null, seed: [] });
    expect(typesOf(whole).at(-1)).toBe("run.completed");
  });

  it("tells how much was kept of an attempt that was lost with its worker", () => {
    const lost = [observe("respond", MODEL_STARTED), say("Half an ans")];
    const { losses } = historyOf(...upTo("respond"), ...lost, begin("respond"), say("A lease."));
    expect([...losses]).toEqual([["respond 1 0", 1]]);
  });

  it("counts only what the lost round observed, not the rounds before it", () => {
    const round = [
      ...upTo("respond"),
      observe("respond", MODEL_STARTED, MODEL_COMPLETED),
      request({ c1: ALLOW }),
    ];
    const lost = [result("c1"), begin("respond"), observe("respond", MODEL_STARTED), begin("respond")];
    expect([...historyOf(...round, ...lost).losses]).toEqual([["respond 1 1", 1]]);
  });

  it.each<[string, Command, RegExp]>([
    ["a person's cancel", cancel(), /^the run was cancelled by ada$/],
    ["the deadline", timeOut(10_000), /deadline/],
  ])("ends before %s", (_, ending, why) => {
    const before = [...upTo("respond"), request({ c1: ALLOW })];
    const cut = historyOf(...before, ending);
    expect(cut.cut).toMatch(why);
    expect(typesOf(cut)).toEqual(typesOf(historyOf(...before)));
  });

  it("ends before calls that a page of the record tells only in part", () => {
    const events = recorded(happened(...upTo("respond"), request({ c1: ALLOW, c2: ALLOW })));
    const page = events.slice(
      0,
      events.findLastIndex(({ type }) => type === "tool.requested"),
    );
    expect(repeatable(page).events.at(-1)?.type).toBe("status.changed");
  });

  it.each([
    ["nothing", []],
    ["a gap", [0, 2]],
    ["no beginning", [1]],
  ])("is refused with %s", (_, kept) => {
    const events = recorded(happened(...upTo("respond"))).filter((_event, index) => kept.includes(index));
    expect(() => repeatable(events)).toThrow(RangeError);
  });
});
