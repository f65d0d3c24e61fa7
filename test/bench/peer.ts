import { randomUUID } from "node:crypto";
import { FlowProducer, QueueEvents } from "bullmq";
import { startRedisServer } from "../support/redis-server.ts";
import { BenchProcess } from "./bench-process.ts";
import type { Contender } from "./contender.ts";
import { MESSAGE } from "./workload.ts";

const RUNS = "runs";
const TOOLS = "tools";

/**
 * The peer: W done by BullMQ with its defaults. A flow whose one child job is the tool call, a worker process for
 * each queue, and a client that hears of the end by QueueEvents. It keeps no events.
 */
export async function startPeer(): Promise<Contender> {
  const redis = await startRedisServer();
  const start = (role: "workflow" | "tool", queue: string) =>
    BenchProcess.start(
      "test/bench/peer-worker.ts",
      { REDIS_URL: redis.url, QUEUE: queue, ROLE: role },
      "ready",
    );
  const [workflow, tool] = await Promise.all([start("workflow", RUNS), start("tool", TOOLS)]);
  const connection = { host: "127.0.0.1", port: redis.port, maxRetriesPerRequest: null };
  const flows = new FlowProducer({ connection });
  const events = new QueueEvents(RUNS, { connection });
  const waiting = new Map<string, (answer: string) => void>();
  events.on("completed", ({ jobId, returnvalue }) => waiting.get(jobId)?.(String(returnvalue)));
  await events.waitUntilReady();
  return {
    name: "BullMQ",
    pids: new Map([
      ["workflow-worker", workflow.pid],
      ["tool-worker", tool.pid],
      ["redis", redis.pid],
    ]),
    redis_url: redis.url,
    async run() {
      const jobId = randomUUID();
      const { promise, resolve } = Promise.withResolvers<string>();
      waiting.set(jobId, resolve);
      const call = { name: "calculator", queueName: TOOLS, data: { expression: MESSAGE } };
      await flows.add({ name: "run", queueName: RUNS, opts: { jobId }, data: {}, children: [call] });
      const answer = await promise;
      waiting.delete(jobId);
      if (answer !== "49") throw new Error(`unexpected answer: ${answer}`);
    },
    async [Symbol.asyncDispose]() {
      await events.close();
      await flows.close();
      await Promise.all([workflow, tool].map((worker) => worker[Symbol.asyncDispose]()));
      await redis.stop();
    },
  };
}
