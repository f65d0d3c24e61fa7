/**
 * How well the input layer tells attacks from ordinary messages, on a labelled file:
 * `npm run guardrails:measure -- FILE [--misses]`. FILE is a JSON array or JSON lines of
 * `{prompt | text, label, source?}`, label 1 = attack. `--misses` prints what was judged wrongly.
 */
import { parseArgs } from "node:util";
import { inspectInput } from "../../domain/guardrails/input.ts";
import type { LabelledPrompt } from "./labelled-file.ts";
import { readLabelled } from "./labelled-file.ts";

const DEFAULT_FILE = "test/data/guardrails/held-out.jsonl";

interface Judged extends LabelledPrompt {
  readonly refused: boolean;
  readonly patterns: string;
  readonly milliseconds: number;
}

function judge(prompt: LabelledPrompt): Judged {
  const start = performance.now();
  const { decision, findings } = inspectInput(prompt.text);
  const milliseconds = performance.now() - start;
  const patterns = findings.map(({ pattern }) => pattern).join(" ");
  return { ...prompt, refused: decision === "refuse", patterns, milliseconds };
}

function report(judged: readonly Judged[]): void {
  const attacks = judged.filter(({ label }) => label === 1);
  const refused = judged.filter((each) => each.refused);
  const caught = attacks.filter((each) => each.refused).length;
  const precision = ratio(caught, refused.length);
  const recall = ratio(caught, attacks.length);
  const wrong = refused.length - caught;
  console.log(`precision  ${percent(precision)}  (${caught} of ${refused.length} refused are attacks)`);
  console.log(`recall     ${percent(recall)}  (${caught} of ${attacks.length} attacks are refused)`);
  console.log(`F1         ${percent(ratio(2 * precision * recall, precision + recall))}`);
  console.log(
    `ordinary   ${percent(ratio(wrong, judged.length - attacks.length))} refused  (${wrong} of ${judged.length - attacks.length})`,
  );
  const times = judged.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other);
  const at = (share: number) => (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(2);
  console.log(`time       ${at(0.5)} ms median, ${at(0.99)} ms 99th percentile, ${at(1)} ms most\n`);

  const bySource = Map.groupBy(
    judged,
    ({ source, label }) => `${label === 1 ? "attack  " : "ordinary"}  ${source}`,
  );
  const width = Math.max(...[...bySource.keys()].map((name) => name.length));
  console.log(`${"refused by source".padEnd(width)}  rate     count`);
  for (const [name, rows] of [...bySource].sort(([one], [other]) => one.localeCompare(other))) {
    const count = rows.filter((row) => row.refused).length;
    console.log(
      `${name.padEnd(width)}  ${percent(count / rows.length).padStart(6)}  ${count} of ${rows.length}`,
    );
  }
}

function printMisses(judged: readonly Judged[]): void {
  for (const { label, refused, source, text, patterns } of judged) {
    if (refused === (label === 1)) continue;
    const shown = text.length > 300 ? `${text.slice(0, 300)}…` : text;
    console.log(
      `\n${label === 1 ? "missed" : "refused"} [${source}] ${patterns}\n  ${shown.replaceAll("\n", "\n  ")}`,
    );
  }
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { misses: { type: "boolean", default: false } },
});
const judged = readLabelled(positionals[0] ?? DEFAULT_FILE).map(judge);
report(judged);
if (values.misses) printMisses(judged);
