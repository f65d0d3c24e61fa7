import { describe, expect, it } from "vitest";
import type { EvalCase } from "../../../domain/evaluation/case.ts";
import { type Attempt, quantile, reportOn } from "../../../domain/evaluation/report.ts";

const evalCase = (id: string, ...tags: string[]): EvalCase => ({ id, message: id, tags });

function attempt(passes: boolean, given: Partial<Attempt> = {}): Attempt {
  return {
    findings: passes ? [] : [{ expectation: "outcome", expected: "success", found: "failure" }],
    run: { outcome: "success" } as Attempt["run"],
    seconds: 1,
    spent: { cost_usd: 0.5, input_tokens: 10, output_tokens: 1 },
    ...given,
  };
}

describe("a report", () => {
  it("has the pass rate of each case, of each tag and of all", () => {
    const report = reportOn([
      [evalCase("a", "easy"), [attempt(true), attempt(true)]],
      [evalCase("b", "easy", "odd"), [attempt(true), attempt(false)]],
      [evalCase("c"), [attempt(false), attempt(false)]],
    ]);
    expect(report.cases.map(({ case: { id }, pass_rate }) => [id, pass_rate])).toEqual([
      ["a", 1],
      ["b", 0.5],
      ["c", 0],
    ]);
    expect(report.totals).toMatchObject({ cases: 3, attempts: 6, passed_attempts: 3, pass_rate: 0.5 });
    expect(report.by_tag).toMatchObject({ easy: { cases: 2, pass_rate: 0.75 }, odd: { pass_rate: 0.5 } });
    expect(Object.keys(report.by_tag)).toEqual(["easy", "odd"]);
  });

  it("sums up what was spent, and takes quantiles of the time of runs that ended", () => {
    const seconds = [1, 2, 3, 4].map((value) => attempt(true, { seconds: value }));
    const never = attempt(false, { seconds: 100, run: null });
    expect(reportOn([[evalCase("a"), [...seconds, never]]]).totals).toMatchObject({
      cost_usd: 2.5,
      input_tokens: 50,
      output_tokens: 5,
      p50_seconds: 2,
      p95_seconds: 4,
    });
  });

  it("leaves out what was not tried", () => {
    const { cases, totals, by_tag } = reportOn([[evalCase("a", "never"), []]]);
    expect({ cases, by_tag }).toEqual({ cases: [], by_tag: {} });
    expect(totals).toMatchObject({ cases: 0, attempts: 0, pass_rate: 0, p50_seconds: null });
  });
});

describe("a quantile", () => {
  it("is the smallest value that the share of all values does not exceed", () => {
    const values = Array.from({ length: 20 }, (_, index) => 20 - index);
    expect(quantile(values, 0.5)).toBe(10);
    expect(quantile(values, 0.95)).toBe(19);
    expect(quantile(values, 1)).toBe(20);
    expect(quantile([7], 0.95)).toBe(7);
    expect(quantile([], 0.5)).toBeNull();
  });
});
