import { Redis } from "ioredis";
import { expect, it } from "vitest";
import { loadScripts } from "../../adapters/redis/scripts.ts";
import { Cluster } from "../support/cluster.ts";

const NAMES = new Map(Object.entries(loadScripts()).map(([name, { sha1 }]) => [sha1, name]));

it("a calculator run costs four commits, two claims and one begin", async () => {
  await using cluster = await Cluster.start();
  await cluster.until(await cluster.ask("1 + 1"));
  const redis = new Redis(cluster.redis.url);
  const monitor = await redis.monitor();
  const calls: { readonly script: string; readonly keys: string }[] = [];
  monitor.on("monitor", (_time: string, [command = "", sha = "", ...rest]: string[]) => {
    if (command.toLowerCase() === "evalsha")
      calls.push({ script: NAMES.get(sha) ?? sha, keys: rest.join(" ") });
  });
  try {
    const run_id = await cluster.ask("17 + 32");
    const events = await cluster.until(run_id);
    expect(events.at(-1)?.type).toBe("run.completed");
    // What the client's stream reads (`load`) is not the run's.
    const ofRun = () =>
      calls
        .filter(({ keys, script }) => keys.includes(run_id) && script !== "load")
        .map(({ script }) => script);
    // The first of the four commits is the one that creates the run.
    await expect
      .poll(() => ofRun().toSorted())
      .toEqual(["begin", "claim", "claim", "commit", "commit", "commit", "create"]);
  } finally {
    monitor.disconnect();
    redis.disconnect();
  }
});
