import { execFile } from "node:child_process";
import { expect, it } from "vitest";

/** What the test reads of the report. */
interface Written {
  readonly totals: { readonly cases: number; readonly pass_rate: number };
  readonly cases: readonly {
    readonly id: string;
    readonly tags: readonly string[];
    readonly attempts: readonly { readonly passed: boolean; readonly findings: readonly object[] }[];
  }[];
}

/** Answers move when a page is reworded; more than this share of them should not get worse unseen. */
const THRESHOLD = 0.95;

it("without an API key, the shipped documentation answers the shipped questions", async () => {
  const report = await evaluate("test/eval/documentation.jsonl");
  expect(report.totals.cases).toBeGreaterThan(150);
  const failing = report.cases.flatMap(({ id, tags, attempts }) =>
    attempts.filter(({ passed }) => !passed).map(({ findings }) => ({ id, tags, findings })),
  );
  // What newcomers ask first has to be right, every time.
  expect(failing.filter(({ tags }) => tags.includes("core"))).toEqual([]);
  expect(report.totals.pass_rate, JSON.stringify(failing, null, 2)).toBeGreaterThanOrEqual(THRESHOLD);
}, 120_000);

async function evaluate(file: string): Promise<Written> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  execFile(
    process.execPath,
    ["composition/eval.ts", file, "--json", "-", "--threshold", "0"],
    { env: { PATH: process.env.PATH ?? "" }, timeout: 110_000, maxBuffer: 16 * 1024 * 1024 },
    (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(stderr, { cause: error })),
  );
  return JSON.parse(await promise);
}
