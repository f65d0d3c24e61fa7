/**
 * What a commit and a claim cost on runs of different length, on a private Redis with its append-only file:
 * the time of a round trip, and Redis's own time in the script. `node test/bench/redis-history.ts`
 */
import { Redis } from "ioredis";
import type { WorkerId } from "../../domain/ids.ts";
import type { EventDraft } from "../../domain/run/events.ts";
import { RedisDeployment } from "../contract/redis-deployment.ts";
import { TestRun } from "../contract/test-run.ts";
import { startRedisServer } from "../support/redis-server.ts";

const LENGTHS = [10, 10_000];
const ROUNDS = 200;
const PER_ROUND = 10;
/** Leaves no trace in the state: the runs differ in the length of their history alone. */
const EVENT: EventDraft = {
  type: "cache.miss",
  data: { cache_name: "retrieval", key: "a key", metadata: { of: "some length, as events have it" } },
};

await using server = await startRedisServer();
await using deployment = new RedisDeployment(server.url);
const { store, lease } = deployment.connect();
const admin = new Redis(server.url);

const samples = new Map<string, { readonly round_trip: number[]; readonly script: number[] }>();
const runs = await Promise.all(
  LENGTHS.map(async (length) => {
    const run = await new TestRun().create(store);
    await run.append(store, Array(length - run.version).fill(EVENT));
    // Made once: folding a long history on this side would leave Redis idle and its caches cold.
    return { length, run, next: run.commit([EVENT]) };
  }),
);

// In turns, so that whatever else happens on the machine happens to all.
for (let round = 0; round < ROUNDS; round += 1) {
  for (const { length, run, next } of runs) {
    const [event] = next.events;
    if (event === undefined) throw new Error("one was made");
    await sample(`commit at ${length}`, (count) => {
      const expected_version = run.version + round * PER_ROUND + count;
      const events = [{ ...event, seq: expected_version + 1 }];
      return store.commit({ ...next, expected_version, events });
    });
  }
  for (const { length, run } of runs) {
    // The commits carry the snapshot they began with; loading it anew keeps the tail as short as a driver does.
    await admin.hset(`ai:run:${run.run_id}`, "snapshot_seq", run.version + (round + 1) * PER_ROUND);
    await sample(`claim at ${length}`, () => lease.claim(run.run_id, "bench" as WorkerId));
  }
}

for (const measure of ["round_trip", "script"] as const) {
  for (const what of ["commit", "claim"]) {
    const [short, long] = LENGTHS.map((length) =>
      median(samples.get(`${what} at ${length}`)?.[measure] ?? []),
    );
    if (short === undefined || long === undefined) throw new Error("both were measured");
    const [at_short, at_long] = [short, long].map((us) => `${us.toFixed(1)} µs`);
    console.log(
      `${what} (${measure.replace("_", " ")}): ${at_short} at ${LENGTHS[0]} events, ` +
        `${at_long} at ${LENGTHS[1]}, ratio ${(long / short).toFixed(2)}`,
    );
  }
}
admin.disconnect();

async function sample(what: string, operation: (count: number) => Promise<unknown>): Promise<void> {
  const script = await scriptTime();
  const started = performance.now();
  for (let count = 0; count < PER_ROUND; count += 1) await operation(count);
  const round_trip = ((performance.now() - started) * 1000) / PER_ROUND;
  const taken = samples.get(what) ?? { round_trip: [], script: [] };
  taken.round_trip.push(round_trip);
  taken.script.push(((await scriptTime()) - script) / PER_ROUND);
  samples.set(what, taken);
}

async function scriptTime(): Promise<number> {
  const info = await admin.info("commandstats");
  const times = info.matchAll(/^cmdstat_eval(?:sha)?:.*?\busec=(\d+)/gm);
  return [...times].reduce((total, [, time]) => total + Number(time), 0);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
