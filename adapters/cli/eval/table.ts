import { styleText } from "node:util";
import {
  type Attempt,
  type CaseReport,
  passed,
  quantile,
  type Report,
  type Totals,
} from "../../../domain/evaluation/report.ts";
import { printable } from "./printable.ts";

export interface TableOptions {
  readonly colours: boolean;
  /** Where runs can be looked at; null when the engine ends with the evaluation. */
  readonly url: string | null;
}

const HEAD = ["case", "result", "outcome", "cost", "seconds", "run"];
const SUM_HEAD = ["tag", "passed", "rate", "cost", "tokens", "p50 s", "p95 s"];
const GAP = "  ";

/** A report as people read it: a row per case, below it what it falls short of; then the sums. */
export function renderReport(report: Report, { colours, url }: TableOptions): string {
  const colour = (name: "red" | "green" | "dim", text: string) =>
    colours ? styleText(name, text, { validateStream: false }) : text;
  const rows = report.cases.map((one) => cellsOf(one, url));
  const [head = "", ...lines] = align([HEAD, ...rows]);
  const body = report.cases.map((one, index) => {
    const row = colour(one.pass_rate === 1 ? "green" : "red", lines[index] ?? "");
    return [row, ...shortcomings(one).map((line) => `    ${line}`)].join("\n");
  });
  const sums = [["all", report.totals] as const, ...Object.entries(report.by_tag)];
  const [sumHead = "", ...sumLines] = align([SUM_HEAD, ...sums.map(([tag, totals]) => sumsOf(tag, totals))]);
  return [colour("dim", head), ...body, "", colour("dim", sumHead), ...sumLines, ""].join("\n");
}

function cellsOf({ case: { id }, pass_rate, attempts }: CaseReport, url: string | null): readonly string[] {
  const shown = attempts.find((attempt) => !passed(attempt)) ?? attempts[0];
  const count = attempts.filter(passed).length;
  const verdict = pass_rate === 1 ? "pass" : "FAIL";
  const outcomes = [...new Set(attempts.map(({ run }) => run?.outcome ?? "none"))];
  const run_id = shown?.run?.run_id ?? "";
  return [
    printable(id),
    attempts.length === 1 ? verdict : `${verdict} ${count}/${attempts.length}`,
    outcomes.join(", "),
    dollars(attempts.reduce((sum, { spent }) => sum + spent.cost_usd, 0)),
    seconds(
      quantile(
        attempts.map((attempt) => attempt.seconds),
        0.5,
      ),
    ),
    url === null || run_id === "" ? run_id : `${url}/runs/${run_id}`,
  ];
}

/** Each shortcoming once, however many attempts have it. */
function shortcomings({ attempts }: CaseReport): readonly string[] {
  const lines = attempts.flatMap(({ findings }: Attempt) =>
    findings.map(({ expectation, expected, found }) =>
      printable(`${expectation}: expected ${expected}, found ${found}`),
    ),
  );
  return [...new Set(lines)];
}

function sumsOf(tag: string, totals: Totals): readonly string[] {
  const { passed_attempts, attempts, pass_rate, cost_usd, input_tokens, output_tokens } = totals;
  return [
    printable(tag),
    `${passed_attempts}/${attempts}`,
    percent(pass_rate),
    dollars(cost_usd),
    `${input_tokens} in, ${output_tokens} out`,
    seconds(totals.p50_seconds),
    seconds(totals.p95_seconds),
  ];
}

/** Columns as wide as their widest cell. */
function align(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

function percent(share: number): string {
  // Rounded down, so that 100% means all.
  return `${(Math.floor(share * 1000) / 10).toFixed(1)}%`;
}

function dollars(usd: number): string {
  return usd === 0 ? "$0" : `$${usd.toPrecision(3)}`;
}

function seconds(value: number | null): string {
  return value === null ? "–" : value.toFixed(2);
}

/** What came of it, in a sentence. */
export function verdictOn(
  { pass_rate, passed_attempts, attempts }: Totals,
  { threshold, interrupted, broken_off }: Verdict,
): string {
  const share = `${passed_attempts} of ${attempts} passed (${percent(pass_rate)}, wanted ${percent(threshold)})`;
  if (broken_off !== null) return `broken off, because ${broken_off}; ${share}\n`;
  return interrupted ? `interrupted; ${share}\n` : `${share}\n`;
}

interface Verdict {
  readonly threshold: number;
  readonly interrupted: boolean;
  readonly broken_off: string | null;
}
