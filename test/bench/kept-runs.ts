import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import type { RunId } from "../../domain/ids.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import { progressOf } from "../../domain/run/summary.ts";
import { RedisDeployment } from "../contract/redis-deployment.ts";
import { snapshotOf } from "../contract/test-run.ts";
import { throughWaiting } from "./api.ts";
import { ApiClient } from "./api-client.ts";
import { Baton } from "./baton.ts";
import { latencies, load } from "./contender.ts";
import { inLanes } from "./lanes.ts";
import { median, quantile } from "./quantile.ts";
import type { Sizes } from "./sizes.ts";
import { figure, type Table } from "./table.ts";
import { redisInfo } from "./usage.ts";

const LISTINGS: readonly (readonly [what: string, path: string])[] = [
  ["all", "/runs?limit=50"],
  ["of one status", "/runs?limit=50&status=completed"],
  ["of one tenant", "/runs?limit=50&tenant_id=tenant-7"],
  ["of both", "/runs?limit=50&status=completed&tenant_id=tenant-7"],
];
const TENANTS = 100;
const LISTED = 50;
const FILLING_AT_ONCE = 64;
const RETENTION_SECONDS = 24 * 3600;

/** Many ended runs that are kept: what one takes of Redis's memory, and what listing them and a new W cost. */
export async function measureKeptRuns({ kept_runs, sequential }: Sizes): Promise<readonly Table[]> {
  await using baton = await Baton.start();
  await using waiting = throughWaiting(baton);
  await using deployment = new RedisDeployment(baton.redis.url);
  const redis = new Redis(baton.redis.url);
  // Its file would be written anew again and again while it is filled, by the same cores.
  await redis.config("SET", "auto-aof-rewrite-percentage", "0");
  const client = new ApiClient(baton.url);
  try {
    await load(waiting, { in_flight: 1, seconds: 0.5 });
    // Of a run with a UUID; the list of what was ingested has another id.
    const [key = ""] = await redis.keys("ai:run:????????-*:events");
    const history = (await redis.lrange(key, 0, -1)).map((event) => JSON.parse(event) as RunEvent);
    const { store } = deployment.connect();
    const keep = keeping(store, history);

    const rows: (string | number)[][] = [];
    let kept = 0;
    for (const wanted of kept_runs) {
      const before = await redisInfo(baton.redis, "used_memory");
      await inLanes(Array(wanted - kept).keys(), FILLING_AT_ONCE, (index) => keep(kept + index));
      const bytes = ((await redisInfo(baton.redis, "used_memory")) - before) / (wanted - kept);
      kept = wanted;
      rows.push([
        figure(kept),
        figure(bytes / 1024),
        ...(await listingTimes(client)),
        figure(quantile(await latencies(waiting, sequential), 0.5)),
      ]);
    }
    return [
      {
        title: "Ended runs that are kept",
        columns: ["runs", "KiB per run", ...LISTINGS.map(([what]) => `listing ${what}, ms`), "W p50, ms"],
        rows,
        note: `Each run has the ${history.length} events of a real W. A listing is a page of 50 over HTTP; median of ${LISTED}.`,
      },
    ];
  } finally {
    client.close();
    redis.disconnect();
  }
}

/** Stores a run with that history, ended, through the store: `create`, then one `commit`. */
function keeping(store: ReturnType<RedisDeployment["connect"]>["store"], history: readonly RunEvent[]) {
  const { snapshot, summary } = snapshotOf(history);
  return async (index: number): Promise<void> => {
    const run_id = randomUUID() as RunId;
    const own = { run_id, tenant_id: `tenant-${index % TENANTS}`, conversation_id: randomUUID() };
    const events = history.map((event) => ({ ...event, run_id }));
    const listed = { ...summary, ...own };
    const limits = { tenant: null, global: null };
    const [first = [], rest] = [events.slice(0, 1), events.slice(1)];
    await store.create({
      run_id,
      events: first,
      summary: listed,
      // So that the worker that is woken finds nothing to do.
      snapshot: { ...snapshot, ...own, last_seq: 1 },
      due_at: null,
      request_tools: [],
      multitask_strategy: "enqueue",
      limits,
    });
    await store.commit({
      run_id,
      expected_version: 1,
      events: rest,
      progress: progressOf(snapshot),
      snapshot: null,
      effects: {
        request_tools: [],
        ended_calls: [],
        wake: false,
        due_at: null,
        release: false,
        expire_after_seconds: RETENTION_SECONDS,
      },
    });
  };
}

async function listingTimes(client: ApiClient): Promise<readonly string[]> {
  const times: string[] = [];
  for (const [, path] of LISTINGS) {
    const taken: number[] = [];
    for (let count = 0; count < LISTED; count += 1) {
      const started = performance.now();
      await client.get(path);
      taken.push(performance.now() - started);
    }
    times.push(figure(median(taken)));
  }
  return times;
}
