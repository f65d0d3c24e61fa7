import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Redis } from "ioredis";
import { startRedisServer } from "../support/redis-server.ts";
import { BenchProcess } from "./bench-process.ts";
import type { Contender } from "./contender.ts";
import { CHANNEL, LimitRedis, type Transitions } from "./limit-redis.ts";

const COMPLETED = '"type":"run.completed"';
const RUN_ID = '"run_id":"';

/**
 * The limit: W done by the barest processes that could do it. No HTTP, no validation, no logs, no leases, no state:
 * one script per transition on ioredis, with the events that a real W has, in number and in bytes, stored and
 * published as Baton does it, and durable queues on streams. `transitions` is what a real W was seen to do.
 */
export async function startLimit(transitions: Transitions): Promise<Contender> {
  const redis = await startRedisServer();
  const directory = await mkdtemp(path.join(os.tmpdir(), "baton-bench-"));
  const recorded = path.join(directory, "transitions.json");
  await writeFile(recorded, JSON.stringify(transitions));
  const start = (advances: string) =>
    BenchProcess.start(
      "test/bench/limit-worker.ts",
      { REDIS_URL: redis.url, TRANSITIONS: recorded, ADVANCES: advances },
      "ready",
    );
  const [workflow, tool] = await Promise.all([start("1,3"), start("2")]);
  const commands = new LimitRedis(redis.url, transitions);
  const subscriber = new Redis(redis.url);
  const waiting = new Map<string, () => void>();
  subscriber.on("message", (_channel: string, event: string) => {
    if (!event.includes(COMPLETED)) return;
    const from = event.indexOf(RUN_ID) + RUN_ID.length;
    waiting.get(event.slice(from, event.indexOf('"', from)))?.();
  });
  await subscriber.subscribe(CHANNEL);
  return {
    name: "limit",
    pids: new Map([
      ["workflow-worker", workflow.pid],
      ["tool-worker", tool.pid],
      ["redis", redis.pid],
    ]),
    redis_url: redis.url,
    async run() {
      const run_id = randomUUID();
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(run_id, resolve);
      await commands.advance(run_id, 0);
      await promise;
      waiting.delete(run_id);
    },
    async [Symbol.asyncDispose]() {
      commands.raw.disconnect();
      subscriber.disconnect();
      await Promise.all([workflow, tool].map((worker) => worker[Symbol.asyncDispose]()));
      await redis.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
