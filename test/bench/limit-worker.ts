/**
 * A worker of the limit, as a process: takes messages of its queues and makes the transition each leads to.
 * REDIS_URL; TRANSITIONS: the file they are in; ADVANCES: which ones it makes.
 */
import { readFileSync } from "node:fs";
import { Redis } from "ioredis";
import { GROUP, LimitRedis, queueBefore, type Transitions } from "./limit-redis.ts";

const { REDIS_URL = "", TRANSITIONS = "", ADVANCES = "" } = process.env;
const AT_ONCE = 100;
const BLOCK_MS = 1000;

type Messages = [stream: string, messages: [id: string, fields: string[]][]][] | null;

const commands = new LimitRedis(REDIS_URL, JSON.parse(readFileSync(TRANSITIONS, "utf8")) as Transitions);
const queues = new Map(ADVANCES.split(",").map((index) => [queueBefore(Number(index)), Number(index)]));
const streams = [...queues.keys()];
const reader = new Redis(REDIS_URL);
for (const stream of streams) await reader.xgroup("CREATE", stream, GROUP, "0", "MKSTREAM");
console.log("ready");

for (;;) {
  const read = (await reader.xreadgroup(
    "GROUP",
    GROUP,
    `worker-${process.pid}`,
    "COUNT",
    AT_ONCE,
    "BLOCK",
    BLOCK_MS,
    "STREAMS",
    ...streams,
    ...streams.map(() => ">"),
  )) as Messages;
  for (const [stream, messages] of read ?? []) {
    const index = queues.get(stream) ?? 0;
    for (const [id, [, run_id = ""]] of messages) void commands.advance(run_id, index, id);
  }
}
