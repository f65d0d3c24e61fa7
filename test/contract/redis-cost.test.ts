import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { loadScripts } from "../../adapters/redis/scripts.ts";
import type { CallId } from "../../domain/ids.ts";
import type { EventDraft } from "../../domain/run/events.ts";
import { type RedisServer, startRedisServer } from "../support/redis-server.ts";
import { at } from "../support/run-commands.ts";
import type { SharedPorts } from "./deployment.ts";
import { entryOf, newWorkerId } from "./live-worker.ts";
import { RedisDeployment } from "./redis-deployment.ts";
import { RUNNING, TestRun, texts } from "./test-run.ts";

/** What operations cost in Redis: judged by its own counters, not by a clock on this side. */

let server: RedisServer;
let admin: Redis;
let deployment: RedisDeployment;
let ports: SharedPorts;

beforeAll(async () => {
  server = await startRedisServer();
  admin = new Redis(server.url);
  deployment = new RedisDeployment(server.url);
  ports = deployment.connect();
  // As after their first use: Redis is sent a script when it does not know its digest.
  for (const { lua } of Object.values(loadScripts())) await admin.script("LOAD", lua);
});
afterAll(async () => {
  admin.disconnect();
  await deployment[Symbol.asyncDispose]();
  await server.stop();
});

/** What Redis spent in scripts so far, in µs. */
async function scriptTime(): Promise<number> {
  const info = await admin.info("commandstats");
  const times = info.matchAll(/^cmdstat_eval(?:sha)?:.*?\busec=(\d+)/gm);
  return [...times].reduce((total, [, time]) => total + Number(time), 0);
}

describe("one script call, and nothing else,", () => {
  let run: TestRun;
  const worker_id = newWorkerId();

  beforeEach(async () => {
    run = await new TestRun().create(ports.store);
    await run.requestTools(ports.store, "call-1");
    await ports.registry.renew(entryOf(worker_id));
  });

  it.each<[string, () => Promise<unknown>]>([
    ["creates a run", () => new TestRun().create(ports.store, { due_at: at(1) })],
    [
      "commits, with every effect",
      () =>
        run.append(ports.store, [RUNNING, ...texts(50)], {
          effects: {
            wake: true,
            due_at: at(1),
            request_tools: [run.request("call-2")],
            ended_calls: ["call-1"],
            ack: {
              queue: "runs",
              message_id: "1-1",
              message: { run_id: run.run_id },
              attempt: 1,
              taken_over: false,
            },
          },
        }),
    ],
    ["ends a run", () => run.end(ports.store)],
    ["loads a run", () => ports.store.load(run.run_id)],
    ["claims a run", () => ports.lease.claim(run.run_id, worker_id)],
    ["releases a run", () => ports.lease.release(run.run_id, { owner: worker_id, epoch: 1 }, 1, null)],
    [
      "begins a call",
      () =>
        ports.ledger.begin({
          run_id: run.run_id,
          call_id: "call-1" as CallId,
          worker_id,
          after_attempt: 0,
        }),
    ],
    ["fires timers", () => ports.timers.fireDue(at(1), 10)],
    ["renews a worker", () => ports.registry.renew(entryOf(worker_id))],
    ["lists runs", () => ports.store.list({ limit: 10 })],
    ["lists tools", () => ports.catalog.list()],
  ])("%s", async (_name, operation) => {
    expect(await sentBy(operation)).toEqual([expect.stringMatching(/^eval(sha)?$/)]);
  });
});

describe("calls of one script that are made in one turn", () => {
  it("are sent together, some at a time", async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => new TestRun().create(ports.store)));
    const loads = () => Promise.all(made.map(({ run_id }) => ports.store.load(run_id)));
    const loaded: Awaited<ReturnType<typeof loads>>[] = [];
    const sent = await sentBy(async () => loaded.push(await loads()));
    expect(sent.length).toBeLessThan(made.length / 2);
    expect(sent.length).toBeGreaterThan(1);
    expect(loaded.flat().map((run) => run?.snapshot?.run_id)).toEqual(made.map(({ run_id }) => run_id));
  });

  it("fail and are refused one by one", async () => {
    const [sound, moved, broken] = [new TestRun(), new TestRun(), new TestRun()];
    await Promise.all([sound, moved, broken].map((each) => each.create(ports.store)));
    const commits = [sound, moved, broken].map((each) => each.commit([RUNNING]));
    await moved.append(ports.store, [RUNNING]);
    await admin.del(`ai:run:${broken.run_id}`);
    await admin.set(`ai:run:${broken.run_id}`, "no hash");
    const outcomes = await Promise.allSettled(commits.map((commit) => ports.store.commit(commit)));
    expect(outcomes).toMatchObject([
      { status: "fulfilled" },
      { status: "rejected", reason: { code: "version_conflict" } },
      { status: "rejected", reason: { code: "store_refused" } },
    ]);
    expect((await ports.store.load(sound.run_id))?.version).toBe(sound.version + 1);
  });
});

/** The commands that clients sent while `operation` ran, as Redis saw them. */
async function sentBy(operation: () => Promise<unknown>): Promise<readonly string[]> {
  const monitor = await admin.monitor();
  const seen: string[] = [];
  monitor.on("monitor", (_time: string, [name = "", argument = ""]: string[], source: string) => {
    if (source !== "lua") seen.push(name === "echo" ? argument : name.toLowerCase());
  });
  await admin.echo("begin");
  await operation();
  await admin.echo("end");
  await expect.poll(() => seen).toContain("end");
  monitor.disconnect();
  return seen.slice(seen.indexOf("begin") + 1, seen.indexOf("end"));
}

/** An event that leaves no trace in the state, so that runs differ in the length of their history alone. */
const TRACELESS: EventDraft = {
  type: "cache.miss",
  data: { cache_name: "retrieval", key: "a key", metadata: { of: "some length, as events have it" } },
};
const ROUNDS = 20;
const PER_ROUND = 10;

it("a commit and a claim cost Redis the same however long the run's history is", async () => {
  const worker_id = newWorkerId();
  const costs = new Map<string, number>();
  const runs = await Promise.all(
    [10, 10_000].map(async (length) => {
      const run = await new TestRun().create(ports.store);
      await run.append(ports.store, Array(length - run.version).fill(TRACELESS));
      // Made once: folding a long history on this side would leave Redis idle, and its caches cold.
      return { run, next: run.commit([TRACELESS]) };
    }),
  );
  // The least of all rounds is what the work costs; the rest is what else happened on the machine.
  const measure = async (what: string, operation: (count: number) => Promise<unknown>) => {
    const before = await scriptTime();
    for (let count = 0; count < PER_ROUND; count += 1) await operation(count);
    costs.set(what, Math.min(costs.get(what) ?? Number.POSITIVE_INFINITY, (await scriptTime()) - before));
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, { run, next }] of runs.entries()) {
      await measure(`commit ${index}`, (count) => {
        const expected_version = run.version + round * PER_ROUND + count;
        return ports.store.commit({ ...next, expected_version });
      });
    }
    for (const [index, { run }] of runs.entries()) {
      await measure(`claim ${index}`, () => ports.lease.claim(run.run_id, worker_id));
    }
  }
  const ratio = (what: string) =>
    (costs.get(`${what} 1`) ?? Number.NaN) / (costs.get(`${what} 0`) ?? Number.NaN);
  // What grew with the history would cost a hundred times as much.
  expect(ratio("commit")).toBeLessThan(2);
  expect(ratio("claim")).toBeLessThan(2);
});
