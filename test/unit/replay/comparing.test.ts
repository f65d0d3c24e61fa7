import { describe, expect, it } from "vitest";
import { align } from "../../../domain/replay/align.ts";
import { firstDivergence } from "../../../domain/replay/divergence.ts";
import type { Command } from "../../../domain/run/commands.ts";
import type { RunEvent } from "../../../domain/run/events.ts";
import { happened, recorded } from "../../support/given.ts";
import {
  ALLOW,
  ask,
  COMPLETIONS,
  complete,
  MODEL_COMPLETED,
  MODEL_STARTED,
  observe,
  request,
  say,
  upTo,
} from "../../support/run-commands.ts";

const events = (...commands: readonly Command[]) => recorded(happened(...commands));
const compare = (one: readonly RunEvent[], other: readonly RunEvent[], cut = false, usage = true) =>
  firstDivergence(one, other, { cut, usage });

describe("two histories", () => {
  it("are the same whatever their ids, times, durations and pieces of text", () => {
    const answer = (...pieces: readonly string[]) => [
      observe("respond", MODEL_STARTED),
      ...pieces.map((piece) => say(piece)),
      observe("respond", MODEL_COMPLETED),
      complete(COMPLETIONS.respond),
    ];
    const one = events(...upTo("respond"), ...answer("A lease", " is a right."));
    const later = recorded(happened(...upTo("respond"), ...answer("A lease is a right.")), 0).map(
      (event): RunEvent =>
        ({
          ...event,
          ts: "2031-05-05T00:00:00.000Z",
          data: event.type === "model.completed" ? { ...event.data, duration_ms: 9000 } : event.data,
        }) as RunEvent,
    );
    expect(compare(one, later)).toBeNull();
  });

  it("are the same whatever the ids of their calls, and not when calls are exchanged", () => {
    const one = events(...upTo("respond"), request({ a: ALLOW, b: ask() }));
    expect(compare(one, events(...upTo("respond"), request({ x: ALLOW, y: ask() })))).toBeNull();
    expect(compare(one, events(...upTo("respond"), request({ x: ask(), y: ALLOW })))).toMatchObject({
      explanation: 'Both have tool.requested, but data.policy was "allow" and is "ask" now.',
    });
  });

  it("differ where one ends, or goes on otherwise", () => {
    const short = events(...upTo("retrieve"));
    const long = events(...upTo("respond"));
    expect(compare(long, short)?.explanation).toMatch(/^The replay ends here, where the record goes on with/);
    expect(compare(short, long)).toMatchObject({ seq: short.length + 1, recorded: null });
    const called = events(...upTo("respond"), request({ a: ALLOW }));
    const said = events(...upTo("respond"), say("49"));
    expect(compare(called, said)?.explanation).toBe(
      "Where the record has decision.made, the replay has output.chunk.",
    );
  });

  it("are compared as far as a cut record goes, also into a text", () => {
    const cut = events(...upTo("respond"), say("A lease is"));
    const whole = events(...upTo("respond"), say("A lease is a right."), complete(COMPLETIONS.respond));
    expect(compare(cut, whole, true)).toBeNull();
    expect(compare(cut, whole)).not.toBeNull();
    expect(compare(cut, events(...upTo("respond"), say("No lease")), true)).not.toBeNull();
  });

  it("may take other tokens and dollars when a model was asked anew", () => {
    const one = events(...upTo("respond"), observe("respond", MODEL_COMPLETED));
    const other = one.map((event) =>
      event.type === "model.completed" ? { ...event, data: { ...event.data, input_tokens: 7 } } : event,
    );
    expect(compare(one, other)?.explanation).toContain("data.input_tokens was 120 and is 7 now");
    expect(compare(one, other, false, false)).toBeNull();
  });
});

describe("lines side by side", () => {
  const lines = (text: string) => [...text].map((letter) => ({ text: letter }));
  const shown = (before: string, after: string) =>
    align(lines(before), lines(after))
      .map(({ change, line }) => `${{ same: "", gone: "-", new: "+" }[change]}${line.text}`)
      .join(" ");

  it.each([
    ["", "", ""],
    ["abc", "abc", "a b c"],
    ["abc", "", "-a -b -c"],
    ["", "abc", "+a +b +c"],
    ["abcd", "abxd", "a b -c +x d"],
    ["abcd", "bcde", "-a b c d +e"],
    ["stuv", "sauv", "s -t +a u v"],
  ])("keep what %j and %j have in common", (before, after, expected) => {
    expect(shown(before, after)).toBe(expected);
  });
});
