import { matchesPattern } from "../tools/name-pattern.ts";
import type { Expectations } from "./case.ts";
import type { ObservedRun } from "./observed-run.ts";
import { findText } from "./text-pattern.ts";

/** An expectation that does not hold, in words. */
export interface Finding {
  /** Which expectation; `ending` when the run came to no end that could be judged. */
  readonly expectation: keyof Expectations | "ending";
  readonly expected: string;
  readonly found: string;
}

const LONGEST_EXCERPT = 160;

/** What a run that ended falls short of; [] when it is all that was expected. `seconds` is how long it took. */
export function judge(expectations: Expectations, run: ObservedRun, seconds: number): readonly Finding[] {
  return [
    ...judgeOutcome(expectations, run),
    ...judgeCitations(expectations, run),
    ...judgeCalls(expectations, run),
    ...judgeAnswer(expectations, run),
    ...judgeLimits(expectations, run, seconds),
  ];
}

/** A run that broke has nothing to judge, unless that is what the case expects. */
function judgeOutcome({ outcome }: Expectations, run: ObservedRun): readonly Finding[] {
  const found = run.reason === null ? String(run.outcome) : `${run.outcome} (${run.reason})`;
  if (outcome === undefined) {
    const broke = run.outcome === "failed" || run.outcome === "cancelled";
    return broke ? [{ expectation: "ending", expected: "a run that comes to its end", found }] : [];
  }
  const allowed = [outcome].flat();
  const holds = run.outcome !== null && allowed.includes(run.outcome);
  return holds ? [] : [{ expectation: "outcome", expected: allowed.join(" or "), found }];
}

function judgeCitations({ must_cite = [] }: Expectations, { cited }: ObservedRun): readonly Finding[] {
  const found = cited.length === 0 ? "no citation" : cited.join(", ");
  return must_cite
    .filter((pattern) => !cited.some((chunk_id) => matchesPattern(pattern, chunk_id)))
    .map((pattern) => ({ expectation: "must_cite", expected: `a citation of ${pattern}`, found }));
}

function judgeCalls(
  { must_call = [], must_not_call = [] }: Expectations,
  { calls }: ObservedRun,
): readonly Finding[] {
  const told = (some: ObservedRun["calls"]) =>
    some.map(({ tool_name, ending }) => `${tool_name} (${ending ?? "never ended"})`).join(", ");
  const callsOf = (pattern: string) => calls.filter(({ tool_name }) => matchesPattern(pattern, tool_name));
  const missing = must_call
    .filter((pattern) => callsOf(pattern).length === 0)
    .map((pattern): Finding => {
      const found = calls.length === 0 ? "no call" : told(calls);
      return { expectation: "must_call", expected: `a call of ${pattern}`, found };
    });
  const forbidden = must_not_call.flatMap((pattern): readonly Finding[] => {
    const found = callsOf(pattern);
    const expected = `no call of ${pattern}`;
    return found.length === 0 ? [] : [{ expectation: "must_not_call", expected, found: told(found) }];
  });
  return [...missing, ...forbidden];
}

function judgeAnswer(
  { answer_contains = [], answer_lacks = [] }: Expectations,
  { answer }: ObservedRun,
): readonly Finding[] {
  const missing = answer_contains
    .filter((pattern) => findText(pattern, answer) === null)
    .map((pattern): Finding => {
      const found = answer === "" ? "no answer" : quoted(answer);
      return { expectation: "answer_contains", expected: quoted(pattern), found };
    });
  const unwanted = answer_lacks.flatMap((pattern): readonly Finding[] => {
    const hit = findText(pattern, answer);
    if (hit === null) return [];
    return [{ expectation: "answer_lacks", expected: `no ${quoted(pattern)}`, found: quoted(hit.found) }];
  });
  return [...missing, ...unwanted];
}

function judgeLimits(
  { max_cost_usd, max_seconds }: Expectations,
  { cost_usd }: ObservedRun,
  seconds: number,
): readonly Finding[] {
  const findings: Finding[] = [];
  if (max_cost_usd !== undefined && cost_usd > max_cost_usd) {
    findings.push({
      expectation: "max_cost_usd",
      expected: `at most $${max_cost_usd}`,
      found: `$${cost_usd}`,
    });
  }
  if (max_seconds !== undefined && seconds > max_seconds) {
    const found = `${seconds.toFixed(1)} s`;
    findings.push({ expectation: "max_seconds", expected: `at most ${max_seconds} s`, found });
  }
  return findings;
}

/** In quotation marks and on one line, cut to what can be taken in at a glance. */
function quoted(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return `“${line.length > LONGEST_EXCERPT ? `${line.slice(0, LONGEST_EXCERPT)}…` : line}”`;
}
