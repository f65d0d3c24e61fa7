/**
 * `npm run bench:profile -- [sse|wait|ports]`: where the time of W goes. The functions of each process by the time they
 * took themselves, start-up left out; Redis's commands by their time; and what Redis itself found slow (LATENCY).
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Redis } from "ioredis";
import { ensureRedisBinary } from "../support/redis-binary.ts";
import { throughSse, throughWaiting } from "./api.ts";
import { Baton } from "./baton.ts";
import { load } from "./contender.ts";
import { throughPorts } from "./engine.ts";
import { figure, render } from "./table.ts";

const CLIENTS = { sse: throughSse, wait: throughWaiting, ports: throughPorts };
const IN_FLIGHT = 100;
const WARM_UP_SECONDS = 3;
const SECONDS = 8;
const SHOWN = 25;
/** Slower than this, and Redis says so. */
const LATENCY_MS = 5;

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
  readonly startTime: number;
  readonly endTime: number;
}

await ensureRedisBinary();
const way = (process.argv[2] ?? "sse") as keyof typeof CLIENTS;
const directory = await mkdtemp(path.join(os.tmpdir(), "baton-profile-"));
try {
  await profile();
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function profile(): Promise<void> {
  await using baton = await Baton.start({ node_options: ["--cpu-prof", `--cpu-prof-dir=${directory}`] });
  await using client = CLIENTS[way](baton);
  const redis = new Redis(baton.redis.url);
  await load(client, { in_flight: IN_FLIGHT, seconds: WARM_UP_SECONDS });
  await redis.config("RESETSTAT");
  await redis.config("SET", "latency-monitor-threshold", LATENCY_MS);
  const { runs, runs_per_second } = await load(client, { in_flight: IN_FLIGHT, seconds: SECONDS });
  console.log(`${client.name}: ${figure(runs_per_second)} runs/s while profiled\n`);
  console.log(commandTable(await redis.info("commandstats"), runs));
  console.log(
    `\nLATENCY LATEST (≥ ${LATENCY_MS} ms): ${JSON.stringify(await redis.call("LATENCY", "LATEST"))}`,
  );
  redis.disconnect();
  await baton.stop();
  for (const file of (await readdir(directory)).toSorted()) {
    const recorded = JSON.parse(await readFile(path.join(directory, file), "utf8")) as Profile;
    console.log(`\n${functionTable(recorded, runs)}`);
  }
}

function commandTable(commandstats: string, runs: number): string {
  const lines = [...commandstats.matchAll(/^cmdstat_(\S+?):calls=(\d+),usec=(\d+)/gm)];
  const commands = lines
    .map(([, name = "", calls, usec]) => ({ name, calls: Number(calls) / runs, us: Number(usec) / runs }))
    .toSorted((one, other) => other.us - one.us);
  return render({
    title: "Redis",
    columns: ["command", "calls per run", "µs per run"],
    rows: commands.slice(0, SHOWN).map(({ name, calls, us }) => [name, figure(calls), figure(us)]),
    note: "The time of `evalsha` includes that of the commands its scripts call.",
  });
}

function functionTable(recorded: Profile, runs: number): string {
  const frames = new Map(recorded.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const main = recorded.nodes.find(({ callFrame }) =>
    /composition\/(api|[a-z]+-worker)\.ts$/.test(callFrame.url),
  );
  // The load that counts is what came last.
  const from = recorded.endTime - SECONDS * 1e6;
  const took = new Map<string, number>();
  let at = recorded.startTime;
  for (const [index, id] of recorded.samples.entries()) {
    const delta = recorded.timeDeltas[index] ?? 0;
    at += delta;
    const frame = frames.get(id);
    if (at < from || frame === undefined || frame.functionName === "(idle)") continue;
    const where = frame.url
      .replace(/^.*node_modules\//, "")
      .replace(/^file:.*\/(?=[^/]+\/[^/]+\/[^/]+$)/, "");
    const name = `${frame.functionName || "(anonymous)"} ${where && `${where}:${frame.lineNumber + 1}`}`;
    took.set(name, (took.get(name) ?? 0) + delta);
  }
  const all = [...took.values()].reduce((sum, us) => sum + us, 0);
  const slowest = [...took].toSorted(([, one], [, other]) => other - one).slice(0, SHOWN);
  return render({
    title: path.basename(main?.callFrame.url ?? "a process", ".ts"),
    columns: ["function", "µs per run", "share"],
    rows: slowest.map(([name, us]) => [name, figure(us / runs), `${figure((us / all) * 100)} %`]),
    note: `${figure(all / runs)} µs per run in all.`,
  });
}
