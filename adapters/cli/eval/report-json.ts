import { type Attempt, type CaseReport, passed, type Report } from "../../../domain/evaluation/report.ts";

export interface EvaluationFacts {
  readonly file: string;
  /** Where runs can be looked at; null when the engine ends with the evaluation. */
  readonly url: string | null;
  readonly threshold: number;
  readonly passed: boolean;
  readonly interrupted: boolean;
  /** Why the evaluation was broken off, or null. */
  readonly error: string | null;
}

/** A report as programs read it. */
export function reportJson({ cases, totals, by_tag }: Report, facts: EvaluationFacts): string {
  const written = { ...facts, totals, by_tag, cases: cases.map((one) => caseJson(one, facts.url)) };
  return `${JSON.stringify(written, null, 2)}\n`;
}

function caseJson({ case: { id, message, tags = [] }, pass_rate, attempts }: CaseReport, url: string | null) {
  return { id, message, tags, pass_rate, attempts: attempts.map((attempt) => attemptJson(attempt, url)) };
}

function attemptJson(attempt: Attempt, url: string | null) {
  const { run, seconds, findings, spent } = attempt;
  return {
    passed: passed(attempt),
    findings,
    run_id: run?.run_id ?? null,
    run_url: url === null || run === null ? null : `${url}/runs/${run.run_id}`,
    outcome: run?.outcome ?? null,
    reason: run?.reason ?? null,
    answer: run?.answer ?? "",
    cited: run?.cited ?? [],
    calls: run?.calls ?? [],
    seconds,
    ...spent,
  };
}
