import { Redis } from "ioredis";
import type { WorkerId } from "../../domain/ids.ts";
import type { EventDraft } from "../../domain/run/events.ts";
import { RedisDeployment } from "../contract/redis-deployment.ts";
import { TestRun } from "../contract/test-run.ts";
import { startRedisServer } from "../support/redis-server.ts";
import { median } from "./quantile.ts";
import type { Sizes } from "./sizes.ts";
import { figure, ratio, type Table } from "./table.ts";

const PER_ROUND = 10;
/** Leaves no trace in the state: the runs differ in the length of their history alone. */
const EVENT: EventDraft = {
  type: "cache.miss",
  data: { cache_name: "retrieval", key: "a key", metadata: { of: "some length, as events have it" } },
};

interface Samples {
  readonly round_trip: number[];
  readonly in_redis: number[];
}

/** What a commit and a claim cost on runs of different length: the round trip, and Redis's own time in the script. */
export async function measureHistories(sizes: Sizes): Promise<readonly Table[]> {
  await using server = await startRedisServer();
  await using deployment = new RedisDeployment(server.url);
  const { store, lease } = deployment.connect();
  const admin = new Redis(server.url);
  const runs = await Promise.all(
    sizes.histories.map(async (length) => {
      const run = await new TestRun().create(store);
      await run.append(store, Array(length - run.version).fill(EVENT));
      const commit: Samples = { round_trip: [], in_redis: [] };
      const claim: Samples = { round_trip: [], in_redis: [] };
      // Made once: folding a long history on this side would leave Redis idle and its caches cold.
      return { length, run, next: run.commit([EVENT]), commit, claim };
    }),
  );

  const sample = async (samples: Samples, operation: (count: number) => Promise<unknown>) => {
    const before = await scriptTime(admin);
    const started = performance.now();
    for (let count = 0; count < PER_ROUND; count += 1) await operation(count);
    samples.round_trip.push(((performance.now() - started) * 1000) / PER_ROUND);
    samples.in_redis.push(((await scriptTime(admin)) - before) / PER_ROUND);
  };
  // In turns, so that whatever else happens on the machine happens to all.
  for (let round = 0; round < sizes.history_rounds; round += 1) {
    for (const { run, next, commit } of runs) {
      const [event] = next.events;
      if (event === undefined) throw new Error("one was made");
      await sample(commit, (count) => {
        const expected_version = run.version + round * PER_ROUND + count;
        return store.commit({ ...next, expected_version, events: [{ ...event, seq: expected_version + 1 }] });
      });
    }
    for (const { run, claim } of runs) {
      // The commits carry the snapshot they began with; loading it anew keeps the tail as short as a driver does.
      await admin.hset(`ai:run:${run.run_id}`, "snapshot_seq", run.version + (round + 1) * PER_ROUND);
      await sample(claim, () => lease.claim(run.run_id, "bench" as WorkerId));
    }
  }
  admin.disconnect();

  const [shortest] = runs;
  if (shortest === undefined) return [];
  const cells = (samples: Samples, least: Samples) =>
    (["round_trip", "in_redis"] as const).map((measure) => {
      const taken = median(samples[measure]);
      return `${figure(taken)} (${ratio(taken / median(least[measure]))})`;
    });
  return [
    {
      title: "A commit and a claim, by the length of the history",
      columns: ["events", "commit, µs", "in Redis", "claim, µs", "in Redis"],
      rows: runs.map(({ length, commit, claim }) => [
        figure(length),
        ...cells(commit, shortest.commit),
        ...cells(claim, shortest.claim),
      ]),
      note: `Medians of ${sizes.history_rounds} rounds in turns; in brackets what it is of that at the shortest.`,
    },
  ];
}

async function scriptTime(admin: Redis): Promise<number> {
  const info = await admin.info("commandstats");
  const times = info.matchAll(/^cmdstat_eval(?:sha)?:.*?\busec=(\d+)/gm);
  return [...times].reduce((total, [, time]) => total + Number(time), 0);
}
