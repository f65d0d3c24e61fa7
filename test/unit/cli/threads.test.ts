import { describe, expect, it } from "vitest";
import { threadsOf } from "../../../adapters/cli/eval/threads.ts";
import type { EvalCase } from "../../../domain/evaluation/case.ts";

const told = (cases: readonly EvalCase[], isSelected: (one: EvalCase) => boolean = () => true) =>
  threadsOf(cases, isSelected).map(({ is_conversation, turns }) => ({
    is_conversation,
    turns: turns.map(({ message, judged }) => `${message}${judged === null ? "" : ` → ${judged.id}`}`),
  }));

describe("the threads of a case file", () => {
  it("are its cases, each for itself", () => {
    expect(
      told([
        { id: "1", message: "a" },
        { id: "2", message: "a" },
      ]),
    ).toEqual([
      { is_conversation: false, turns: ["a → 1"] },
      { is_conversation: false, turns: ["a → 2"] },
    ]);
  });

  it("begin with the earlier messages of a case, which are not judged", () => {
    expect(told([{ id: "1", message: "c", conversation: ["a", "b"] }])).toEqual([
      { is_conversation: true, turns: ["a", "b", "c → 1"] },
    ]);
  });

  it("hold the cases of one conversation in the order of the file", () => {
    const cases = [
      { id: "1", message: "a", conversation: "x" },
      { id: "2", message: "b" },
      { id: "3", message: "c", conversation: "x" },
    ];
    expect(told(cases)).toEqual([
      { is_conversation: true, turns: ["a → 1", "c → 3"] },
      { is_conversation: false, turns: ["b → 2"] },
    ]);
  });

  it("reach to the last selected case, with what came before unjudged", () => {
    const cases = ["1", "2", "3"].map((id) => ({ id, message: id, conversation: "x" }));
    expect(told(cases, ({ id }) => id === "2")).toEqual([{ is_conversation: true, turns: ["1", "2 → 2"] }]);
    expect(told(cases, () => false)).toEqual([]);
  });

  it("give earlier messages the case's mode and decision, and its context only to its own", () => {
    const [thread] = threadsOf(
      [
        {
          id: "1",
          message: "b",
          conversation: ["a"],
          mode: "research",
          context: "text",
          approve: "approved",
        },
      ],
      () => true,
    );
    expect(thread?.turns).toMatchObject([
      { message: "a", mode: "research", approve: "approved" },
      { message: "b", mode: "research", approve: "approved", context: "text" },
    ]);
    expect(thread?.turns[0]).not.toHaveProperty("context");
  });
});
