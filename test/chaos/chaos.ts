import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { RedisConnection } from "../../adapters/redis/connection.ts";
import { RedisRunStore } from "../../adapters/redis/run-store.ts";
import { PinoLog } from "../../adapters/telemetry/pino-log.ts";
import { ReadRuns } from "../../application/read-runs.ts";
import { VerifyRuns } from "../../application/verify-runs.ts";
import type { RunId } from "../../domain/ids.ts";
import type { BatonProcess } from "../support/baton-process.ts";
import { Cluster, TTL_SECONDS } from "../support/cluster.ts";
import { replayOf } from "../support/replaying.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { overlaps, turnOf } from "./conversations.ts";

export interface ChaosOptions {
  readonly seconds: number;
  readonly seed: number;
  /** Runs started per second. */
  readonly rate?: number;
  readonly say: (line: string) => void;
}

export interface ChaosReport {
  readonly faults: Readonly<Record<string, number>>;
  readonly accepted: number;
  readonly refused: number;
  /** By how they ended. */
  readonly ended: Readonly<Record<string, number>>;
  readonly effects: number;
  /** Runs that came behind another of their conversation. */
  readonly turns: number;
  /** What is not as promised; empty when all is well. */
  readonly violations: readonly string[];
}

/** Faults come this long after one another, in ms. */
const BETWEEN_FAULTS = [800, 2500] as const;
/** After the last fault, every run has this long to end. */
const SETTLE_MS = 60_000;

/**
 * Real processes under load, and every few moments something dies, hangs or loses its connection. In the end
 * what is stored is proven: every accepted run ended once and replays the same, each effect happened at most
 * once, turns of one conversation never overlapped, queues are empty.
 */
export async function chaos({ seconds, seed, rate = 8, say }: ChaosOptions): Promise<ChaosReport> {
  const random = generator(seed);
  await using proxies = new AsyncDisposableStack();
  let proxy: TcpProxy | null = null;
  await using cluster = await Cluster.start({
    workflow_workers: 2,
    tool_workers: 2,
    redis_url: async (redis) => {
      proxy = proxies.use(await TcpProxy.start(redis.port));
      return proxy.urlFor(redis.url);
    },
  });
  const accepted: RunId[] = [];
  const faults: Record<string, number> = {};
  let refused = 0;
  let over = false;

  async function load(): Promise<void> {
    for (let count = 0; !over; count += 1) {
      await pause(1000 / rate);
      const message = messageFor(count, random);
      void cluster.client.start({ message, ...turnOf(random) }).then(
        (run_id) => {
          accepted.push(run_id);
          if (random() < 0.05) void cluster.client.cancel(run_id).catch(() => undefined);
        },
        () => {
          refused += 1;
        },
      );
    }
  }

  async function disturb(): Promise<void> {
    const until = performance.now() + seconds * 1000;
    while (performance.now() < until) {
      await pause(BETWEEN_FAULTS[0] + random() * (BETWEEN_FAULTS[1] - BETWEEN_FAULTS[0]));
      const [name, fault] = pick(FAULTS, random);
      say(`${((until - performance.now()) / 1000).toFixed(0).padStart(4)} s left: ${name}`);
      faults[name] = (faults[name] ?? 0) + 1;
      await fault(cluster, random, proxy);
    }
    over = true;
  }

  await Promise.all([load(), disturb()]);
  say("no more faults; waiting for every run to end");
  const judged = await judge(cluster, accepted);
  return { faults, accepted: accepted.length, refused, ...judged };
}

type Fault = (cluster: Cluster, random: () => number, proxy: TcpProxy | null) => Promise<void>;

const FAULTS: readonly (readonly [string, Fault])[] = [
  [
    "kill -9 a workflow worker",
    (cluster, random) => replace(cluster.workflow_workers, () => cluster.startWorkflowWorker(), random),
  ],
  [
    "kill -9 a tool worker",
    (cluster, random) => replace(cluster.tool_workers, () => cluster.startToolWorker(), random),
  ],
  [
    "pause a workflow worker past its time to live",
    (cluster, random) => suspend(cluster.workflow_workers, random),
  ],
  ["pause a tool worker past its time to live", (cluster, random) => suspend(cluster.tool_workers, random)],
  [
    "SIGTERM a workflow worker",
    (cluster, random) => replace(cluster.workflow_workers, () => cluster.startWorkflowWorker(), random, true),
  ],
  [
    "SIGTERM a tool worker",
    (cluster, random) => replace(cluster.tool_workers, () => cluster.startToolWorker(), random, true),
  ],
  [
    "kill -9 the API",
    async (cluster) => {
      await cluster.api?.kill();
      await cluster.startApi();
    },
  ],
  ["pause all workflow workers at once", (cluster) => suspendAll(cluster.workflow_workers)],
  ["pause all tool workers at once", (cluster) => suspendAll(cluster.tool_workers)],
  ["cut every connection to Redis", async (_cluster, _random, proxy) => proxy?.cut()],
  ["let nothing through the connections to Redis", async (_cluster, _random, proxy) => proxy?.silence()],
  [
    "lose the answer to a commit",
    async (_cluster, random, proxy) =>
      proxy?.loseAnswerTo(pick(["tool.requested", "tool.completed", "run.completed"], random)),
  ],
  ["restart Redis", (cluster) => cluster.redis.restart()],
  ["pause Redis past every time to live", (cluster) => suspendAll([cluster.redis])],
  [
    "kill -9 workers while Redis is away",
    async (cluster, random) => {
      await cluster.redis.shutdown();
      const victims = [cluster.workflow_workers, cluster.tool_workers].flatMap((workers) =>
        workers.splice(Math.floor(random() * workers.length), 1),
      );
      await Promise.all(victims.map((victim) => victim.kill()));
      await cluster.redis.start();
      await Promise.all([cluster.startWorkflowWorker(), cluster.startToolWorker()]);
    },
  ],
  [
    "fill the memory of Redis",
    async ({ redis }) => {
      await redis.command("CONFIG", "SET", "maxmemory", "1");
      await pause(PAST_TTL_MS);
      await redis.command("CONFIG", "SET", "maxmemory", "0");
    },
  ],
];

const PAST_TTL_MS = (TTL_SECONDS + 1) * 1000;

/** Ends one of them, and starts another in its place. */
async function replace(
  processes: BatonProcess[],
  start: () => Promise<BatonProcess>,
  random: () => number,
  gently = false,
): Promise<void> {
  const [victim] = processes.splice(Math.floor(random() * processes.length), 1);
  await Promise.all([gently ? victim?.stop() : victim?.kill(), start()]);
}

async function suspend(processes: readonly BatonProcess[], random: () => number): Promise<void> {
  const victim = processes[Math.floor(random() * processes.length)];
  if (victim !== undefined) await suspendAll([victim]);
}

async function suspendAll(processes: readonly { pause(): void; resume(): void }[]): Promise<void> {
  const victims = [...processes];
  for (const victim of victims) victim.pause();
  await pause(PAST_TTL_MS);
  for (const victim of victims) victim.resume();
}

function messageFor(count: number, random: () => number): string {
  const kind = random();
  const sleep_ms = Math.floor(random() * 800);
  if (kind < 0.4) return `${count} + ${Math.floor(random() * 1000)}`;
  if (kind < 0.7) return `call append_effect with ${JSON.stringify({ label: `effect-${count}`, sleep_ms })}`;
  if (kind < 0.9) return `call read_effects with ${JSON.stringify({ sleep_ms })}`;
  return "What is a lease?";
}

async function judge(
  cluster: Cluster,
  accepted: readonly RunId[],
): Promise<Pick<ChaosReport, "ended" | "effects" | "turns" | "violations">> {
  const log = PinoLog.create({ level: "silent", secrets: [] });
  const connection = new RedisConnection({ url: cluster.redis.url, name: "chaos", log });
  const store = new RedisRunStore(connection);
  const runs = new ReadRuns(store);
  const violations: string[] = [];
  const ended: Record<string, number> = {};
  const limit = performance.now() + SETTLE_MS;
  try {
    for (const run_id of accepted) {
      const status = await endOf(runs, run_id, limit);
      ended[status] = (ended[status] ?? 0) + 1;
      if (status === "lost" || status === "running")
        violations.push(`run ${run_id} is ${status}: ${await why(cluster, run_id)}`);
    }
    for await (const proof of new VerifyRuns(store, runs).all()) {
      for (const { invariant, found } of proof.violations)
        violations.push(`run ${proof.run_id}: not "${invariant}": ${found}`);
      const { divergence } = await replayOf(await runs.history(proof.run_id));
      if (divergence !== null)
        violations.push(
          `run ${proof.run_id} replays otherwise from seq ${divergence.seq}: ${divergence.explanation}`,
        );
    }
    for (const queue of ["queue:runs", "queue:tools"]) {
      const left = await emptied(cluster, queue);
      if (left !== "0") violations.push(`${queue} holds ${left} messages in the end`);
    }
    const { turns, violations: overlapping } = await overlaps(runs);
    violations.push(...overlapping);
    const labels = await effectLabels(cluster);
    for (const [label, times] of countBy(labels)) {
      if (times > 1) violations.push(`${label} happened ${times} times`);
    }
    return { ended, effects: labels.length, turns, violations };
  } finally {
    await connection.close();
  }
}

async function endOf(runs: ReadRuns, run_id: RunId, limit: number): Promise<string> {
  for (;;) {
    const state = await runs.state(run_id, null).catch(() => null);
    if (state === null) return "lost";
    if ("reason" in state.situation || state.situation.status === "completed") return state.situation.status;
    if (performance.now() > limit) return "running";
    await pause(50);
  }
}

async function why(cluster: Cluster, run_id: RunId): Promise<string> {
  const response = await fetch(`${cluster.url}/runs/${run_id}/diagnosis`).catch(() => null);
  return response === null
    ? "the API is away"
    : (((await response.json()) as { explanation?: string }).explanation ?? "?");
}

async function emptied(cluster: Cluster, queue: string): Promise<string> {
  const limit = performance.now() + 10_000;
  for (;;) {
    const left = await cluster.redis.command("XLEN", queue);
    if (left === "0" || performance.now() > limit) return left;
    await pause(100);
  }
}

async function effectLabels(cluster: Cluster): Promise<readonly string[]> {
  const text = await readFile(cluster.effects_file, "utf8").catch(() => "");
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => (JSON.parse(line) as { label: string }).label);
}

function countBy(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function pick<T>(items: readonly T[], random: () => number): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError("there is nothing to pick from");
  return item;
}

/** The same numbers for the same seed (mulberry32, public domain by Tommy Ettinger). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
