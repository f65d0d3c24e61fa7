import { Cluster } from "../support/cluster.ts";
import { ensureRedisBinary } from "../support/redis-binary.ts";
import { hundredths, quantile } from "./quantile.ts";

const WARM_UP = 100;
const SEQUENTIAL = 200;
const CONCURRENT = 200;

/** A calculator run through API, workflow worker, tool worker and Redis (append-only file, everysec), from POST to the terminal event on SSE. */
export async function benchDistributed() {
  await ensureRedisBinary();
  await using cluster = await Cluster.start();
  const { url } = cluster;
  for (let i = 0; i < WARM_UP; i += 1) await toEnd(url);
  const walls: number[] = [];
  for (let i = 0; i < SEQUENTIAL; i += 1) walls.push(await toEnd(url));
  const before = await redisUse(cluster);
  const started = performance.now();
  await Promise.all(Array.from({ length: CONCURRENT }, () => toEnd(url)));
  const seconds = (performance.now() - started) / 1000;
  const after = await redisUse(cluster);
  return [
    {
      what: "distributed: POST /runs, then SSE to the end",
      "wall p50 ms": quantile(walls, 0.5),
      "wall p95 ms": quantile(walls, 0.95),
      "wall p99 ms": quantile(walls, 0.99),
      [`runs/s, ${CONCURRENT} at once`]: Math.round(CONCURRENT / seconds),
      "Redis cpu ms per run": hundredths((after.cpu_ms - before.cpu_ms) / CONCURRENT),
      "Redis KiB per kept run": hundredths((after.bytes - before.bytes) / 1024 / CONCURRENT),
    },
  ];
}

/** CPU that Redis has used, and memory it takes, so far. */
async function redisUse({ redis }: Cluster): Promise<{ readonly cpu_ms: number; readonly bytes: number }> {
  const info = await redis.command("INFO");
  const field = (name: string) => Number(new RegExp(`^${name}:([0-9.]+)`, "m").exec(info)?.[1]);
  return {
    cpu_ms: (field("used_cpu_user") + field("used_cpu_sys")) * 1000,
    bytes: field("used_memory"),
  };
}

async function toEnd(url: string): Promise<number> {
  const started = performance.now();
  const response = await fetch(`${url}/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message: "17 + 32" }),
  });
  const { run_id } = (await response.json()) as { readonly run_id: string };
  const events = await (await fetch(`${url}/runs/${run_id}/events`)).text();
  if (!events.includes('"type":"run.completed"')) throw new Error(`run ${run_id} did not complete`);
  return performance.now() - started;
}
