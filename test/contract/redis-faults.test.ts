import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { loadScripts } from "../../adapters/redis/scripts.ts";
import { SystemClock } from "../../adapters/telemetry/system-clock.ts";
import { FollowRun } from "../../application/follow-run.ts";
import { TransientError } from "../../domain/errors.ts";
import type { CallId } from "../../domain/ids.ts";
import type { Delivery, WorkQueue } from "../../domain/ports/work-queue.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import { followed } from "../support/followed.ts";
import { type RedisServer, startRedisServer } from "../support/redis-server.ts";
import { at } from "../support/run-commands.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import type { SharedPorts } from "./deployment.ts";
import { entryOf, LiveWorker, newWorkerId, TAKEOVER_LIMIT_MS, TTL_SECONDS } from "./live-worker.ts";
import { RedisDeployment } from "./redis-deployment.ts";
import { RUNNING, TestRun, text } from "./test-run.ts";

const NEVER = new AbortController().signal;

let server: RedisServer;
let admin: Redis;
let proxy: TcpProxy;
let deployment: RedisDeployment;
/** Over a line that never breaks. */
let sound: SharedPorts;
/** Over the line that this file is about. */
let shaky: ReturnType<RedisDeployment["connectTo"]>;

beforeAll(async () => {
  server = await startRedisServer();
  admin = new Redis(server.url);
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});
beforeEach(async () => {
  await admin.flushall();
  proxy = await TcpProxy.start(server.port);
  deployment = new RedisDeployment(server.url);
  sound = deployment.connect();
  shaky = deployment.connectTo(proxy.urlFor(server.url));
  await shaky.cache.get("connected");
});
afterEach(async () => {
  await deployment[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
});

const depth = async (queue: "runs" | "tools") =>
  queue === "runs" ? sound.runQueue(newWorkerId()).depth() : sound.toolQueue(newWorkerId()).depth();

/** Receives until something comes; failures are the line's. */
async function received<Message>(queue: WorkQueue<Message>) {
  const deliveries: Delivery<Message>[] = [];
  await expect
    .poll(
      async () => {
        const batch = await queue.receive({ count: 10, wait_ms: 200, signal: NEVER }).catch(() => []);
        deliveries.push(...batch);
        return deliveries.length;
      },
      { timeout: TAKEOVER_LIMIT_MS },
    )
    .toBeGreaterThan(0);
  return deliveries;
}

describe("when the connection dies before the answer", () => {
  afterEach(() => expect(proxy.willLose).toBe(false));

  it("a run is created once", async () => {
    const run = new TestRun();
    proxy.loseAnswerTo(run.run_id);
    await run.create(shaky.store);
    expect(await depth("runs")).toMatchObject({ backlog: 1 });
  });

  it("a commit is made once, with its effects", async () => {
    const run = await new TestRun().create(sound.store);
    const effects = { wake: true, request_tools: [run.request("call-1")] };
    proxy.loseAnswerTo(run.run_id);
    await run.append(shaky.store, [RUNNING, text("a")], { effects });
    expect(await sound.store.events(run.run_id, { after: 0, limit: 10 })).toEqual(run.history);
    expect(await depth("runs")).toMatchObject({ backlog: 2 });
    expect(await depth("tools")).toMatchObject({ backlog: 1 });
  });

  it("a claim holds, under an epoch that may commit", async () => {
    using worker = await LiveWorker.start(sound);
    const run = await new TestRun().create(sound.store);
    proxy.loseAnswerTo(run.run_id);
    const claim = await shaky.lease.claim(run.run_id, worker.id);
    if (claim.status !== "claimed") throw new Error("nobody else holds the run");
    await run.append(shaky.store, [RUNNING], { fence: claim.fence });
  });

  it("an attempt of a call begins once", async () => {
    const run = await new TestRun().create(sound.store);
    await run.requestTools(sound.store, "call-1");
    const call = {
      run_id: run.run_id,
      call_id: "call-1" as CallId,
      worker_id: newWorkerId(),
      after_attempt: 0,
    };
    proxy.loseAnswerTo("call-1");
    expect(await shaky.ledger.begin(call)).toMatchObject({ status: "begun", attempt: 1 });
  });

  it("a timer fires once", async () => {
    const run = await new TestRun().create(sound.store, { due_at: at(1) });
    const { backlog } = await depth("runs");
    proxy.loseAnswerTo(String(Date.parse(at(2))));
    await shaky.timers.fireDue(at(2), 10);
    expect(await depth("runs")).toMatchObject({ backlog: backlog + 1 });
    expect(run.version).toBeGreaterThan(0);
  });

  it("a message that was on its way is delivered again, as the first time", async () => {
    using worker = await LiveWorker.start(sound);
    const queue = shaky.runQueue(worker.id);
    await queue.receive({ count: 1, wait_ms: 0, signal: NEVER });
    proxy.loseAnswerTo("xreadgroup");
    const interrupted = queue.receive({ count: 1, wait_ms: 10_000, signal: NEVER }).catch((error) => error);
    const run = await new TestRun().create(sound.store);
    expect(await interrupted).toBeInstanceOf(TransientError);
    expect(await received(queue)).toMatchObject([
      { message: { run_id: run.run_id }, attempt: 1, taken_over: false },
    ]);
  });

  it("a message whose acknowledgement was lost with Redis's last moments is delivered again", async () => {
    using worker = await LiveWorker.start(sound);
    const queue = sound.runQueue(worker.id);
    const run = await new TestRun().create(sound.store);
    const [delivery] = await received(queue);
    if (delivery === undefined) throw new Error("the wake-up of the run was not delivered");
    expect(await queue.receive({ count: 1, wait_ms: 700, signal: NEVER })).toEqual([]);
    // As after a restart without the commit that acknowledged it: the worker is done, the message is pending.
    queue.settle(delivery);
    expect(await received(queue)).toMatchObject([{ message: { run_id: run.run_id } }]);
  });

  it("a message that was being taken over still is", async () => {
    using worker = await LiveWorker.start(sound);
    using dead = await LiveWorker.start(sound);
    const run = await new TestRun().create(sound.store);
    await received(sound.runQueue(dead.id));
    const queue = shaky.runQueue(worker.id);
    await queue.receive({ count: 1, wait_ms: TTL_SECONDS * 1100, signal: NEVER });
    await dead.leave();
    proxy.loseAnswerTo(loadScripts().takeOver.sha1);
    const interrupted = queue.receive({ count: 1, wait_ms: 10_000, signal: NEVER }).catch((error) => error);
    expect(await interrupted).toBeInstanceOf(TransientError);
    expect(await received(queue)).toMatchObject([
      { message: { run_id: run.run_id }, attempt: 2, taken_over: true },
    ]);
  });

  it("a message is buried once", async () => {
    using worker = await LiveWorker.start(sound);
    await new TestRun().create(sound.store);
    const queue = shaky.runQueue(worker.id);
    const [delivery] = await received(queue);
    if (!delivery) throw new Error("it was delivered");
    proxy.loseAnswerTo("it kills its worker");
    await queue.bury(delivery, "it kills its worker");
    expect(await depth("runs")).toMatchObject({ backlog: 0, dead: 1 });
  });
});

describe("while Redis is out of reach", () => {
  it("commands fail as unavailable in their time, and readiness says so at once", async () => {
    const hasty = deployment.connectTo(proxy.urlFor(server.url), { command_timeout_ms: 200 });
    const readiness = () => hasty.connection.ready().then(() => "ready", String);
    await expect.poll(readiness).toBe("ready");
    proxy.refuse();
    await expect(hasty.store.create(new TestRun().proposal())).rejects.toMatchObject({
      code: "store_unavailable",
    });
    await expect(hasty.connection.ready()).rejects.toMatchObject({ code: "store_unavailable" });
    await expect(
      hasty.runQueue(newWorkerId()).receive({ count: 1, wait_ms: 1000, signal: NEVER }),
    ).rejects.toThrow(TransientError);
    proxy.accept();
    await expect.poll(readiness).toBe("ready");
    await new TestRun().create(hasty.store);
  });

  it("commands wait for it when it comes back in time", async () => {
    proxy.refuse();
    const creating = new TestRun().create(shaky.store);
    proxy.accept();
    const run = await creating;
    expect(await sound.store.events(run.run_id, { after: 0, limit: 10 })).toEqual(run.history);
  });

  it("a line that went dead without a word is given up, and the command goes over a new one", async () => {
    proxy.silence();
    const run = await new TestRun().create(shaky.store);
    expect(await sound.store.load(run.run_id)).not.toBeNull();
  });

  it("nobody takes over from the living when it comes back", async () => {
    using holder = await LiveWorker.start(sound);
    using other = await LiveWorker.start(deployment.connect());
    const run = await new TestRun().create(sound.store);
    const queue = sound.runQueue(holder.id);
    const other_queue = sound.runQueue(other.id);
    await received(queue);
    await sound.lease.claim(run.run_id, holder.id);
    await expect.poll(() => sound.registry.alive().then((alive) => alive.length), { timeout: 5000 }).toBe(2);
    // Longer than a time to live: both entries are gone when it is back, whoever asks first.
    server.pause();
    const paused_at = performance.now();
    await expect
      .poll(() => performance.now() - paused_at, { timeout: 5000 })
      .toBeGreaterThan(TTL_SECONDS * 1300);
    server.resume();
    expect(await sound.lease.claim(run.run_id, other.id)).toEqual({ status: "held", owner: holder.id });
    expect(await other_queue.receive({ count: 1, wait_ms: TTL_SECONDS * 2500, signal: NEVER })).toEqual([]);
  });
});

describe("taking over", () => {
  it("is left to workers whose own entry has stood for one time to live", async () => {
    using dead = await LiveWorker.start(sound);
    const run = await new TestRun().create(sound.store);
    await received(sound.runQueue(dead.id));
    await sound.lease.claim(run.run_id, dead.id);
    await dead.leave();
    using young = await LiveWorker.start(sound);
    const registered_at = performance.now();
    expect(await sound.lease.claim(run.run_id, young.id)).toEqual({ status: "held", owner: dead.id });
    expect(await received(sound.runQueue(young.id))).toMatchObject([{ attempt: 2, taken_over: true }]);
    expect(performance.now() - registered_at).toBeGreaterThan(TTL_SECONDS * 990);
    expect(await sound.lease.claim(run.run_id, young.id)).toMatchObject({ status: "claimed" });
  });

  it("is left to workers that could renew in time, since others may have been kept from it too", async () => {
    using holder = await LiveWorker.start(sound);
    const other = entryOf(newWorkerId());
    const run = await new TestRun().create(sound.store);
    await sound.lease.claim(run.run_id, holder.id);
    const claim = () => sound.lease.claim(run.run_id, other.worker_id);
    const stand = async () => {
      await sound.registry.renew(other);
      return Number(JSON.parse((await admin.get(`ai:worker:${other.worker_id}`)) ?? "").standing_since);
    };
    const since = await stand();
    await expect
      .poll(async () => Date.now() - (await stand()), { timeout: 5000 })
      .toBeGreaterThan(TTL_SECONDS * 1200);
    expect(await stand()).toBe(since);
    // From here on nobody gets through to renew; the other's entry lasts a little longer than the holder's.
    holder.die();
    await sound.registry.renew(entryOf(holder.id));
    await expect
      .poll(() => admin.pttl(`ai:worker:${holder.id}`), { interval: 5 })
      .toBeLessThan(TTL_SECONDS * 700);
    await stand();
    await expect
      .poll(() => admin.exists(`ai:worker:${holder.id}`), { interval: 5, timeout: TAKEOVER_LIMIT_MS })
      .toBe(0);
    expect(await claim()).toEqual({ status: "held", owner: holder.id });
    const stands_again = await stand();
    expect(stands_again).toBeGreaterThan(since);
    expect(await claim()).toEqual({ status: "held", owner: holder.id });
    await expect
      .poll(async () => ((await stand()) === stands_again ? (await claim()).status : "held"), {
        timeout: TAKEOVER_LIMIT_MS,
      })
      .toBe("claimed");
    expect(Date.now() - stands_again).toBeGreaterThanOrEqual(TTL_SECONDS * 1000);
  });

  it("removes a dead worker from the group once it holds nothing, and not before", async () => {
    using dead = await LiveWorker.start(sound);
    using living = await LiveWorker.start(sound);
    await new TestRun().create(sound.store);
    await new TestRun().create(sound.store);
    await received(sound.runQueue(dead.id));
    await dead.leave();
    const queue = sound.runQueue(living.id);
    const consumers = async () => {
      const listed = (await admin.xinfo("CONSUMERS", "queue:runs", "workflow-workers")) as unknown[][];
      return listed.map((consumer) => consumer[1]);
    };
    const taken: unknown[] = [];
    await expect
      .poll(
        async () => {
          taken.push(...(await queue.receive({ count: 1, wait_ms: 100, signal: NEVER })));
          return (await consumers()).includes(dead.id) ? "known" : taken.length;
        },
        { timeout: TAKEOVER_LIMIT_MS },
      )
      .toBe(2);
    expect(await consumers()).toEqual([living.id]);
  });
});

describe("when Redis was", () => {
  it("flushed, groups are made again", async () => {
    using worker = await LiveWorker.start(sound);
    const queue = sound.runQueue(worker.id);
    await queue.receive({ count: 1, wait_ms: 0, signal: NEVER });
    await admin.flushall();
    const run = await new TestRun().create(sound.store);
    expect(await received(queue)).toMatchObject([{ message: { run_id: run.run_id } }]);
  });

  it("restarted, all is there that was there", async () => {
    using worker = await LiveWorker.start(sound);
    const run = await new TestRun().create(sound.store, { due_at: at(5) });
    await run.requestTools(sound.store, "call-1");
    await server.restart();
    expect(await sound.store.events(run.run_id, { after: 0, limit: 10 })).toEqual(run.history);
    expect(await received(sound.toolQueue(worker.id))).toMatchObject([{ message: { call_id: "call-1" } }]);
    await run.append(sound.store, [text("and goes on")]);
  });
});

describe("live events", () => {
  it("come again after the connection was cut", async () => {
    const heard: RunEvent[] = [];
    await shaky.feed.subscribe({}, (event) => heard.push(event));
    proxy.cut();
    await expect
      .poll(async () => {
        await new TestRun().create(sound.store);
        return heard.length;
      })
      .toBeGreaterThan(0);
  });

  it("may be lost: who follows a run reads each event once, in order, all the same", async () => {
    const run = await new TestRun().create(sound.store);
    const follow = new FollowRun(shaky.store, shaky.feed, new SystemClock());
    const seen: number[] = [];
    const reading = (async () => {
      for await (const event of followed(follow, run.run_id, 0, NEVER)) seen.push(event.seq);
    })();
    for (let round = 0; round < 10; round += 1) {
      await run.append(sound.store, [text("a"), text("b")]);
      if (round % 3 === 1) proxy.cut();
    }
    await run.end(sound.store);
    await reading;
    expect(seen).toEqual(run.history.map(({ seq }) => seq));
  });

  it("are subscribed to only while somebody listens", async () => {
    const subscribers = async () => (await admin.pubsub("NUMSUB", "events:all"))[1];
    expect(await subscribers()).toBe(0);
    const ends = await Promise.all(
      Array.from({ length: 5 }, () => shaky.feed.subscribe({}, () => undefined)),
    );
    expect(await subscribers()).toBe(1);
    for (const end of ends) await end();
    await expect.poll(subscribers).toBe(0);
  });
});
