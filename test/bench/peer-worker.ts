/** A worker of the peer, as a process. REDIS_URL; QUEUE: whose jobs it takes; ROLE: `workflow` or `tool`. */
import { type Job, Worker } from "bullmq";
import { Redis } from "ioredis";

const { REDIS_URL = "", QUEUE = "", ROLE = "" } = process.env;
const AT_ONCE = 100;

async function answer(job: Job): Promise<number> {
  const [result] = Object.values(await job.getChildrenValues<number>());
  return result ?? Number.NaN;
}

async function calculate({ data }: Job<{ readonly expression: string }>): Promise<number> {
  const [first = Number.NaN, second = Number.NaN] = data.expression.split("+").map(Number);
  return first + second;
}

const worker = new Worker(QUEUE, ROLE === "workflow" ? answer : calculate, {
  connection: new Redis(REDIS_URL, { maxRetriesPerRequest: null }),
  concurrency: AT_ONCE,
});
await worker.waitUntilReady();
console.log("ready");
