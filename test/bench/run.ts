/**
 * `npm run bench`: speed, scale and cost, side by side on this machine. `-- NAME …` does some of it alone;
 * `-- --record` puts the result into docs/benchmarks.md.
 */
import { readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import { parseArgs } from "node:util";
import { ensureRedisBinary } from "../support/redis-binary.ts";
import { measureBacklog } from "./backlog.ts";
import { measureHistories } from "./histories.ts";
import { measureKeptRuns } from "./kept-runs.ts";
import { measureWorkers } from "./scale.ts";
import { FULL, type Sizes } from "./sizes.ts";
import { measureStreaming } from "./streaming.ts";
import { render, type Table } from "./table.ts";
import { measureW } from "./w.ts";
import { measureWatchers } from "./watchers.ts";

const MEASUREMENTS: Readonly<Record<string, (sizes: Sizes) => Promise<readonly Table[]>>> = {
  w: measureW,
  scale: measureWorkers,
  histories: measureHistories,
  backlog: measureBacklog,
  watchers: measureWatchers,
  streaming: measureStreaming,
  kept: measureKeptRuns,
};
const DOCS = new URL("../../docs/benchmarks.md", import.meta.url);
const BEGIN = "<!-- result of npm run bench -->";
const END = "<!-- end of result -->";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { record: { type: "boolean", default: false } },
});
const names = positionals.length > 0 ? positionals : Object.keys(MEASUREMENTS);
const unknown = names.filter((name) => !(name in MEASUREMENTS));
if (unknown.length > 0) {
  console.error(
    `no measurement is called ${unknown.join(", ")}; there are ${Object.keys(MEASUREMENTS).join(", ")}`,
  );
  process.exit(2);
}

await ensureRedisBinary();
const started = performance.now();
const [load_before = 0] = os.loadavg();
const results: string[] = [];
for (const name of names) {
  for (const table of (await MEASUREMENTS[name]?.(FULL)) ?? []) {
    results.push(render(table));
    console.log(`\n${results.at(-1)}`);
  }
}
results.unshift(circumstances());
console.log(`\n${results[0]}`);
if (values.record) await record(results.join("\n\n"));

function circumstances(): string {
  const [cpu] = os.cpus();
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  return [
    `Made on ${new Date().toISOString().slice(0, 16)}Z by \`npm run bench\` in ${minutes} minutes: Node`,
    `${process.version}, ${os.cpus().length} × ${cpu?.model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GiB,`,
    `load before the start ${load_before.toFixed(2)}.`,
  ].join(" ");
}

async function record(result: string): Promise<void> {
  const page = await readFile(DOCS, "utf8");
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`docs/benchmarks.md has no place between ${BEGIN} and ${END}`);
  await writeFile(DOCS, `${before}${BEGIN}\n\n${result}\n\n${END}${after}`);
}
