/**
 * `npm run bench:soak`: W without a pause for ten minutes (`-- MINUTES`), over SSE and with `Prefer: wait`, runs being
 * kept for seconds. Does anything grow? Again and again the load rests until every run has expired; then the heap of
 * each process after a garbage collection, and Redis's memory and number of keys, are what nothing accounts for.
 */
import { Redis } from "ioredis";
import { ensureRedisBinary } from "../support/redis-binary.ts";
import { throughSse, throughWaiting } from "./api.ts";
import { Baton } from "./baton.ts";
import { load } from "./contender.ts";
import { heapAfterGc } from "./heap.ts";
import { until } from "./lanes.ts";
import { figure, render } from "./table.ts";
import { redisInfo } from "./usage.ts";

const RETENTION_SECONDS = 10;
const MINUTES = 10;
const IN_FLIGHT = 50;
const LOAD_SECONDS = 20;
const EXPIRY_LIMIT_MS = 60_000;
const LOOK_MS = 500;

export interface Sample {
  readonly minute: number;
  readonly runs: number;
  /** MiB, by process. */
  readonly heaps: ReadonlyMap<string, number>;
  readonly redis_MiB: number;
  readonly keys: number;
  /** Runs that lists still name: creating runs is what clears them of those that have expired. */
  readonly listed: number;
}

export interface SoakOptions {
  readonly minutes?: number;
  readonly samples?: number;
  readonly load_seconds: number;
  /** Ended runs are kept for so long. */
  readonly retention_seconds: number;
  /** Told of each sample as it is taken. */
  readonly onSample?: (sample: Sample) => void;
}

/** Samples, each after two stretches of load and the expiry of their runs, until there are so many or the time is up. */
export async function soak({
  minutes = Number.POSITIVE_INFINITY,
  samples = Number.POSITIVE_INFINITY,
  load_seconds,
  retention_seconds,
  onSample,
}: SoakOptions): Promise<readonly Sample[]> {
  await using baton = await Baton.start({
    env: { RUN_RETENTION_HOURS: String(retention_seconds / 3600) },
    node_options: ["--inspect=127.0.0.1:0"],
  });
  await using sse = throughSse(baton);
  await using waiting = throughWaiting(baton);
  const redis = new Redis(baton.redis.url);
  const started = performance.now();
  const taken: Sample[] = [];
  let runs = 0;
  try {
    while (taken.length < samples && (taken.at(-1)?.minute ?? 0) < minutes) {
      for (const client of [sse, waiting]) {
        runs += (await load(client, { in_flight: IN_FLIGHT, seconds: load_seconds })).runs;
      }
      await until(async () => (await redis.keys("ai:run:*")).length === 0, LOOK_MS, EXPIRY_LIMIT_MS);
      const heaps = new Map<string, number>();
      for (const process of baton.processes) heaps.set(process.name, await heapAfterGc(process));
      const sample: Sample = {
        minute: (performance.now() - started) / 60_000,
        runs,
        heaps,
        redis_MiB: (await redisInfo(baton.redis, "used_memory")) / 2 ** 20,
        keys: await redis.dbsize(),
        listed: await redis.zcard("ai:runs"),
      };
      taken.push(sample);
      onSample?.(sample);
    }
    return taken;
  } finally {
    redis.disconnect();
  }
}

if (import.meta.main) {
  await ensureRedisBinary();
  const minutes = Number(process.argv[2] ?? MINUTES);
  const samples = await soak({
    minutes,
    load_seconds: LOAD_SECONDS,
    retention_seconds: RETENTION_SECONDS,
    onSample: ({ minute, runs, redis_MiB, heaps }) =>
      console.error(`${minute.toFixed(1)} min, ${runs} runs, Redis ${figure(redis_MiB)} MiB,`, heaps),
  });
  const names = [...(samples[0]?.heaps.keys() ?? [])];
  const table = {
    title: "Soak",
    columns: [
      "minute",
      "runs so far",
      ...names.map((name) => `heap of ${name}, MiB`),
      "Redis, MiB",
      "keys",
      "runs still listed",
    ],
    rows: samples.map(({ minute, runs, heaps, redis_MiB, keys, listed }) => [
      minute.toFixed(1),
      figure(runs),
      ...names.map((name) => figure(heaps.get(name) ?? Number.NaN)),
      figure(redis_MiB),
      keys,
      listed,
    ]),
    note:
      "Heaps after a garbage collection; Redis when every run had expired. Expired runs leave the lists as new ones are " +
      "made, so that those of the latest stretch are still there.",
  };
  console.log(render(table));
}
