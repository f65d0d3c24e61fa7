import { describe, expect, it } from "vitest";
import type { Expectations } from "../../../domain/evaluation/case.ts";
import { judge } from "../../../domain/evaluation/judge.ts";
import type { ObservedRun } from "../../../domain/evaluation/observed-run.ts";
import type { RunId } from "../../../domain/ids.ts";

const RUN: ObservedRun = {
  run_id: "run-1" as RunId,
  outcome: "success",
  reason: null,
  answer: "A lease is the right\nto drive a run. [concepts#lease-1]",
  cited: ["concepts#lease-1", "distributed#redis-keys-2"],
  calls: [
    { tool_name: "calculator", ending: "completed" },
    { tool_name: "delete_file", ending: "denied" },
  ],
  cost_usd: 0.02,
  input_tokens: 10,
  output_tokens: 5,
};
const FAILED: ObservedRun = { ...RUN, outcome: "failed", reason: "the deadline has passed" };

const judged = (expectations: Expectations, run = RUN) => judge(expectations, run, 1.25);

describe("an expectation that holds is not mentioned", () => {
  it.each<Expectations>([
    {},
    { outcome: "success" },
    { outcome: ["refusal", "success"] },
    { must_cite: ["concepts#lease-1"] },
    { must_cite: ["concepts#*", "*#redis-keys-*"] },
    { must_call: ["calculator"] },
    { must_call: ["delete_*"] },
    { must_not_call: ["add_*", "calc"] },
    { answer_contains: ["a LEASE is", "the right to drive"] },
    { answer_contains: ["/^A lease .* run\\. \\[/s"] },
    { answer_lacks: ["snapshot", "/a lease is/"] },
    { max_cost_usd: 0.02 },
    { max_seconds: 1.25 },
  ])("%j", (expectations) => {
    expect(judged(expectations)).toEqual([]);
  });
});

describe("an expectation that does not hold is told in words", () => {
  it.each<readonly [Expectations, string, string]>([
    [{ outcome: "refusal" }, "refusal", "success"],
    [{ outcome: ["refusal", "failure"] }, "refusal or failure", "success"],
    [
      { must_cite: ["concepts#run-*"] },
      "a citation of concepts#run-*",
      "concepts#lease-1, distributed#redis-keys-2",
    ],
    [{ must_call: ["add_note"] }, "a call of add_note", "calculator (completed), delete_file (denied)"],
    [{ must_not_call: ["delete_*"] }, "no call of delete_*", "delete_file (denied)"],
    [
      { answer_contains: ["the right to write"] },
      "“the right to write”",
      "“A lease is the right to drive a run. [concepts#lease-1]”",
    ],
    [{ answer_lacks: ["/L?EASE/i"] }, "no “/L?EASE/i”", "“lease”"],
    [{ max_cost_usd: 0.01 }, "at most $0.01", "$0.02"],
    [{ max_seconds: 1 }, "at most 1 s", "1.3 s"],
  ])("%j", (expectations, expected, found) => {
    const [expectation] = Object.keys(expectations);
    expect(judged(expectations)).toEqual([{ expectation, expected, found }]);
  });

  it("each for itself, when several fail", () => {
    const findings = judged({ outcome: "failure", must_cite: ["a#*", "b#*"], max_seconds: 0 });
    expect(findings.map(({ expectation }) => expectation)).toEqual([
      "outcome",
      "must_cite",
      "must_cite",
      "max_seconds",
    ]);
  });

  it("with the reason of a run that did not succeed", () => {
    expect(judged({ outcome: "success" }, FAILED)).toEqual([
      { expectation: "outcome", expected: "success", found: "failed (the deadline has passed)" },
    ]);
  });

  it("also when there is nothing: no citation, no call, no answer", () => {
    const nothing = { ...RUN, answer: "", cited: [], calls: [] };
    const asked = { must_cite: ["a#*"], must_call: ["calculator"], answer_contains: ["49"] };
    expect(judged(asked, nothing).map(({ found }) => found)).toEqual(["no citation", "no call", "no answer"]);
  });

  it("with a long answer in part", () => {
    const [finding] = judged({ answer_contains: ["x"] }, { ...RUN, answer: "word ".repeat(1_000) });
    expect(finding?.found.length).toBeLessThan(200);
  });
});

describe("a run that broke", () => {
  it("fails a case that expects no outcome", () => {
    expect(judged({}, FAILED)).toMatchObject([
      { expectation: "ending", found: "failed (the deadline has passed)" },
    ]);
    expect(judged({}, { ...FAILED, outcome: "cancelled", reason: "enough" })).toHaveLength(1);
  });

  it("passes a case that expects just that", () => {
    expect(judged({ outcome: "failed" }, FAILED)).toEqual([]);
  });

  it.each(["failure", "refusal"] as const)("is not one that ended with %s", (outcome) => {
    expect(judged({}, { ...RUN, outcome, reason: "so it is" })).toEqual([]);
  });
});
