import { Redis } from "ioredis";
import { ApiClient } from "./api-client.ts";
import { Baton } from "./baton.ts";
import { inLanes, until } from "./lanes.ts";
import type { Sizes } from "./sizes.ts";
import { figure, type Table } from "./table.ts";
import { rssMiB } from "./usage.ts";
import { MESSAGE } from "./workload.ts";

const DRAIN_LIMIT_MS = 300_000;
const LOOK_MS = 20;

/** Runs that are accepted while no worker lives, and then drained by one worker of each kind. */
export async function measureBacklog({ backlog, in_flight }: Sizes): Promise<readonly Table[]> {
  await using baton = await Baton.start({ workflow_workers: 0, tool_workers: 0 });
  const client = new ApiClient(baton.url);
  const redis = new Redis(baton.redis.url);
  try {
    const accepting = performance.now();
    await inLanes(Array(backlog).fill(MESSAGE), in_flight, (message) => client.start(message));
    const accepted_s = (performance.now() - accepting) / 1000;
    const waiting = await redis.xlen("queue:runs");
    if (waiting !== backlog) throw new Error(`${waiting} of ${backlog} runs wait for a worker`);
    const api_MiB = rssMiB(baton.api.pid);

    await baton.startWorkers(1, 1);
    // The workers may have begun while they were started: what is counted begins here.
    const open = await redis.zcard("ai:open");
    const draining = performance.now();
    await until(async () => (await redis.zcard("ai:open")) === 0, LOOK_MS, DRAIN_LIMIT_MS);
    const drained_s = (performance.now() - draining) / 1000;
    const completed = await redis.zcard("ai:runs:status:completed");
    if (completed !== backlog) throw new Error(`${completed} of ${backlog} runs completed`);
    return [
      {
        title: `${figure(backlog)} runs accepted while no worker lives, then drained`,
        columns: ["accepted per s", "drained per s", "memory of the API after accepting, MiB"],
        rows: [[figure(backlog / accepted_s), figure(open / drained_s), figure(api_MiB)]],
        note: "All of them completed. One worker of each kind, started when the last run was accepted.",
      },
    ];
  } finally {
    client.close();
    redis.disconnect();
  }
}
