import { type FileHandle, open, readFile } from "node:fs/promises";
import type { EvalCase } from "../../domain/evaluation/case.ts";
import type { SchemaValidator } from "../../domain/ports/schema-validator.ts";
import { type EvalArguments, readArguments, USAGE } from "./eval/arguments.ts";
import { CaseFileError, readCases } from "./eval/case-file.ts";
import { type Evaluated, Evaluation } from "./eval/evaluation.ts";
import { Interruption } from "./eval/interruption.ts";
import { Progress } from "./eval/progress.ts";
import { reportJson } from "./eval/report-json.ts";
import { renderReport, verdictOn } from "./eval/table.ts";
import { EngineUnavailable } from "./eval/turn.ts";
import { RunClient } from "./run-client.ts";
import { UsageError } from "./usage.ts";

export interface EvalOptions {
  /** The engine to ask when the arguments name none; null: one of its own. */
  readonly url: string | null;
  readonly api_key: string | null;
  readonly validator: SchemaValidator;
  /** Starts an engine in this process; `url` is where it listens. */
  startEngine(): Promise<{ readonly url: string; close(): Promise<void> }>;
}

const EXIT = { enough: 0, too_few: 1, unusable: 2, interrupted: 130 };

/** `npm run eval`: tries the cases of a file and prints how they went. Returns the exit code. */
export async function evaluate(args: readonly string[], options: EvalOptions): Promise<number> {
  try {
    const asked = readArguments(args);
    if (asked === "help") {
      process.stdout.write(USAGE);
      return EXIT.enough;
    }
    const cases = readCases(asked.file, await textOf(asked.file), options.validator);
    // Opened at once: that a report cannot be written should not turn out after an evaluation was paid for.
    await using sheet = await sheetOf(asked.json);
    const url = (asked.url ?? options.url)?.replace(/\/+$/, "");
    if (url !== undefined) return await evaluateOn(url, url, asked, cases, sheet, options);
    const engine = await options.startEngine();
    try {
      return await evaluateOn(engine.url, null, asked, cases, sheet, options);
    } finally {
      await engine.close();
    }
  } catch (error) {
    if (error instanceof UsageError) process.stderr.write(`${error.message}\n\n${USAGE}`);
    else if (error instanceof CaseFileError || error instanceof EngineUnavailable) {
      process.stderr.write(`${error.message}\n`);
    } else throw error;
    return EXIT.unusable;
  }
}

/** `shown_url` is where runs can be looked at afterwards, if anywhere. */
async function evaluateOn(
  url: string,
  shown_url: string | null,
  asked: EvalArguments,
  cases: readonly EvalCase[],
  sheet: FileHandle | null,
  { api_key }: EvalOptions,
): Promise<number> {
  const client = new RunClient(url, api_key);
  if (!(await client.answers())) throw new EngineUnavailable(`no engine answers at ${url}`);
  const { tags, repeat, threshold, concurrency, timeout_seconds, file, json } = asked;
  const isSelected = (one: EvalCase) => tags.length === 0 || tags.some((tag) => one.tags?.includes(tag));
  const selected = cases.filter(isSelected).length;
  if (selected === 0) throw new CaseFileError(`no case of ${file} has the tag ${tags.join(" or ")}`);

  using interruption = new Interruption(EXIT.interrupted);
  const evaluated = await evaluateShowing(selected * repeat, (progress) =>
    new Evaluation(client, progress, { concurrency, repeat, timeout_seconds, isSelected }).run(
      cases,
      interruption.signal,
    ),
  );
  const { report, broken_off } = evaluated;
  const enough = report.totals.pass_rate >= threshold;
  const interrupted = interruption.signal.aborted;

  const facts = { file, url: shown_url, threshold, interrupted, error: broken_off };
  const written = reportJson(report, { ...facts, passed: enough && !interrupted && broken_off === null });
  if (sheet !== null) await sheet.writeFile(written);
  const table = renderReport(report, { colours: process.stdout.isTTY === true, url: shown_url });
  process.stdout.write(json === "-" ? written : table);
  process.stderr.write(verdictOn(report.totals, { threshold, interrupted, broken_off }));
  if (broken_off !== null) return EXIT.unusable;
  if (interrupted) return EXIT.interrupted;
  return enough ? EXIT.enough : EXIT.too_few;
}

async function evaluateShowing(
  attempts: number,
  evaluation: (progress: Progress) => Promise<Evaluated>,
): Promise<Evaluated> {
  using progress = new Progress(process.stderr, attempts);
  return await evaluation(progress);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new CaseFileError(`${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

async function sheetOf(json: string | null): Promise<FileHandle | null> {
  if (json === null || json === "-") return null;
  try {
    return await open(json, "w");
  } catch (error) {
    throw new UsageError(`--json: ${json} cannot be written: ${messageOf(error)}`, { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
