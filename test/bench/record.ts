import { Redis } from "ioredis";
import { throughWaiting } from "./api.ts";
import type { Baton } from "./baton.ts";
import { watchCommands } from "./commands.ts";
import type { Transitions } from "./limit-redis.ts";

/** Watches one W of Baton: which events each of its transitions stores. */
export async function recordTransitions(baton: Baton): Promise<Transitions> {
  await using client = throughWaiting(baton);
  await client.run();
  const commands = await watchCommands(baton.redis.url, client.run);
  const stored = commands.filter(({ name }) => name === "rpush").map(({ args }) => args);
  const key = stored[0]?.[0] ?? "";
  const run_id = /^ai:run:(.*):events$/.exec(key)?.[1] ?? "";
  const redis = new Redis(baton.redis.url);
  const events = await redis.lrange(key, 0, -1);
  redis.disconnect();
  let position = 0;
  return stored.map(([, ...appended]) => {
    position += appended.length;
    return events.slice(position - appended.length, position).map((event) => event.split(run_id));
  });
}
