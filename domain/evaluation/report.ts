import type { EvalCase } from "./case.ts";
import type { Finding } from "./judge.ts";
import type { ObservedRun } from "./observed-run.ts";

/** One try at a case. */
export interface Attempt {
  /** What it fell short of; it passed when there is nothing. */
  readonly findings: readonly Finding[];
  /** null when no run came about. */
  readonly run: ObservedRun | null;
  /** From the request to the run's last event, or until it was given up. */
  readonly seconds: number;
  /** What was spent on it: its run, and the earlier messages of its conversation that were sent for it. */
  readonly spent: Spending;
}

export interface Spending {
  readonly cost_usd: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

export const NOTHING_SPENT: Spending = { cost_usd: 0, input_tokens: 0, output_tokens: 0 };

export interface CaseReport {
  readonly case: EvalCase;
  /** Share of the attempts that passed, from 0 to 1. */
  readonly pass_rate: number;
  readonly attempts: readonly Attempt[];
}

export interface Totals extends Spending {
  readonly cases: number;
  readonly attempts: number;
  readonly passed_attempts: number;
  /** Share of the attempts that passed, from 0 to 1: every case counts the same, since all have as many. */
  readonly pass_rate: number;
  /** Of the attempts whose run ended. null when none did. */
  readonly p50_seconds: number | null;
  readonly p95_seconds: number | null;
}

export interface Report {
  readonly cases: readonly CaseReport[];
  readonly totals: Totals;
  readonly by_tag: Readonly<Record<string, Totals>>;
}

export function passed({ findings }: Attempt): boolean {
  return findings.length === 0;
}

/** Sums up what was tried; a case without an attempt (an evaluation that was interrupted) is left out. */
export function reportOn(tried: readonly (readonly [EvalCase, readonly Attempt[]])[]): Report {
  const cases = tried
    .filter(([, attempts]) => attempts.length > 0)
    .map(([one, attempts]) => ({ case: one, pass_rate: passRate(attempts), attempts }));
  const tags = [...new Set(cases.flatMap((one) => one.case.tags ?? []))].sort();
  return {
    cases,
    totals: totalsOf(cases),
    by_tag: Object.fromEntries(
      tags.map((tag) => [tag, totalsOf(cases.filter((one) => one.case.tags?.includes(tag)))]),
    ),
  };
}

export function add(one: Spending, other: Spending): Spending {
  return {
    cost_usd: one.cost_usd + other.cost_usd,
    input_tokens: one.input_tokens + other.input_tokens,
    output_tokens: one.output_tokens + other.output_tokens,
  };
}

/** The value that a share of all values does not exceed (nearest rank); null when there are none. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

function totalsOf(cases: readonly CaseReport[]): Totals {
  const attempts = cases.flatMap((one) => one.attempts);
  const seconds = attempts
    .filter(({ run }) => run !== null && run.outcome !== null)
    .map((one) => one.seconds);
  return {
    cases: cases.length,
    attempts: attempts.length,
    passed_attempts: attempts.filter(passed).length,
    pass_rate: passRate(attempts),
    ...attempts.map(({ spent }) => spent).reduce(add, NOTHING_SPENT),
    p50_seconds: quantile(seconds, 0.5),
    p95_seconds: quantile(seconds, 0.95),
  };
}

function passRate(attempts: readonly Attempt[]): number {
  return attempts.length === 0 ? 0 : attempts.filter(passed).length / attempts.length;
}
