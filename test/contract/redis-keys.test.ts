import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RUN_QUEUE, TOOL_QUEUE } from "../../adapters/redis/queues.ts";
import type { CallId } from "../../domain/ids.ts";
import { TERMINAL_EVENTS } from "../../domain/run/events.ts";
import { type RedisServer, startRedisServer } from "../support/redis-server.ts";
import { at } from "../support/run-commands.ts";
import type { SharedPorts } from "./deployment.ts";
import { entryOf, LiveWorker, newWorkerId } from "./live-worker.ts";
import { RedisDeployment, WarningLog } from "./redis-deployment.ts";
import { RUNNING, TestRun, text } from "./test-run.ts";

const NEVER = new AbortController().signal;

let server: RedisServer;
let admin: Redis;
let deployment: RedisDeployment;
let ports: SharedPorts;

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
  deployment = new RedisDeployment(server.url);
  ports = deployment.connect();
});
afterEach(() => deployment[Symbol.asyncDispose]());

describe("what an operator finds in Redis", () => {
  it("is the run's events as a list of JSON, element i being seq i + 1", async () => {
    const run = await new TestRun().create(ports.store);
    await run.append(ports.store, [RUNNING, text("ü 漢")]);
    const list = await admin.lrange(`ai:run:${run.run_id}:events`, 0, -1);
    expect(list.map((element) => JSON.parse(element))).toEqual(run.history);
  });

  it("is the run's version, status, tenant, snapshot and lease in a hash", async () => {
    using worker = await LiveWorker.start(ports);
    const run = await new TestRun({ tenant_id: "acme" }).create(ports.store);
    await run.append(ports.store, [RUNNING]);
    await ports.lease.claim(run.run_id, worker.id);
    const hash = await admin.hgetall(`ai:run:${run.run_id}`);
    expect(hash).toMatchObject({
      version: String(run.version),
      status: "running",
      tenant: "acme",
      owner: worker.id,
      epoch: "1",
    });
    expect(JSON.parse(hash.snapshot ?? "")).toMatchObject({ last_seq: run.version });
  });

  it("is every live worker as a key that expires", async () => {
    const entry = entryOf(newWorkerId(), "tool");
    await ports.registry.renew(entry);
    const key = `ai:worker:${entry.worker_id}`;
    expect(JSON.parse((await admin.get(key)) ?? "")).toMatchObject(entry);
    expect(await admin.pttl(key)).toBeGreaterThan(0);
  });

  it("is the backlog as the length of the queues, read by groups of workers", async () => {
    using worker = await LiveWorker.start(ports);
    const run = await new TestRun().create(ports.store);
    await run.requestTools(ports.store, "call-1", "call-2");
    for (const [stream, group, backlog, queue] of [
      ["queue:runs", "workflow-workers", 1, ports.runQueue(worker.id)],
      ["queue:tools", "tool-workers", 2, ports.toolQueue(worker.id)],
    ] as const) {
      const [delivery] = await queue.receive({ count: 1, wait_ms: 1000, signal: NEVER });
      expect(await admin.xlen(stream)).toBe(backlog);
      const groups = (await admin.xinfo("GROUPS", stream)) as unknown[][];
      expect(groups.map((fields) => fields[1])).toEqual([group]);
      const consumers = (await admin.xinfo("CONSUMERS", stream, group)) as unknown[][];
      expect(consumers.map((fields) => fields[1])).toEqual([worker.id]);
      if (!delivery) throw new Error("it was delivered");
      await queue.acknowledge(delivery as never);
      expect(await admin.xlen(stream)).toBe(backlog - 1);
    }
  });

  it("is every committed event as one message", async () => {
    const subscriber = new Redis(server.url);
    const heard: string[] = [];
    subscriber.on("message", (_channel, message) => heard.push(message));
    await subscriber.subscribe("events:all");
    const run = await new TestRun().create(ports.store);
    await run.append(ports.store, [RUNNING, text("a")]);
    await expect.poll(() => heard.length).toBe(run.version);
    expect(heard).toEqual(await admin.lrange(`ai:run:${run.run_id}:events`, 0, -1));
    subscriber.disconnect();
  });

  it("is who streams to clients, and not who waits for ends, among those who listen to every event", async () => {
    const subscribers = (channel: string) => admin.pubsub("NUMSUB", channel).then(([, count]) => count);
    const ends: string[] = [];
    await ports.feed.subscribe({ types: TERMINAL_EVENTS }, ({ run_id }) => ends.push(run_id));
    expect(await subscribers("events:all")).toBe(0);
    await ports.feed.subscribe({}, () => undefined);
    expect(await subscribers("events:all")).toBe(1);
    const run = await new TestRun().create(ports.store);
    await run.append(ports.store, [RUNNING]);
    await run.end(ports.store);
    await expect.poll(() => ends).toEqual([run.run_id]);
  });

  it("is who may have to stop work among those who are told of runs that fail or are cancelled alone", async () => {
    const heard: string[] = [];
    const subscriber = new Redis(server.url);
    subscriber.on("message", (channel) => heard.push(channel));
    await subscriber.subscribe("ai:ends", "ai:stops");
    const stopped: string[] = [];
    await ports.feed.subscribe({ types: ["run.failed", "run.cancelled"] }, ({ run_id }) =>
      stopped.push(run_id),
    );
    const completed = await new TestRun().create(ports.store);
    await completed.end(ports.store);
    const cancelled = await new TestRun().create(ports.store);
    const reason = { reason: "not needed", user_id: "anonymous" };
    await cancelled.append(ports.store, [{ type: "run.cancelled", data: reason }], {
      effects: { expire_after_seconds: 3600 },
    });
    await expect.poll(() => heard).toEqual(["ai:ends", "ai:ends", "ai:stops"]);
    await expect.poll(() => stopped).toEqual([cancelled.run_id]);
    subscriber.disconnect();
  });
});

const CALL_FIELDS = ["run_id", "r", "call_id", "c", "tool_name", "t", "arguments"];

describe("a message that is none", () => {
  it.each([
    ["without its fields", TOOL_QUEUE, ["nonsense", "42"], "run_id"],
    ["without its field", RUN_QUEUE, ["run", "x"], "run_id"],
    ["with broken JSON", TOOL_QUEUE, [...CALL_FIELDS, "{"], "unparseable"],
    ["with other JSON", TOOL_QUEUE, [...CALL_FIELDS, "[1]"], "JSON object"],
  ])("%s is buried with the reason, and the rest goes on", async (_, queue, fields, reason) => {
    using worker = await LiveWorker.start(ports);
    await admin.xadd(queue.stream, "*", ...fields);
    const run = await new TestRun().create(ports.store);
    await run.requestTools(ports.store, "call-1");
    const receiving = queue.name === "runs" ? ports.runQueue(worker.id) : ports.toolQueue(worker.id);
    expect(await receiving.receive({ count: 10, wait_ms: 1000, signal: NEVER })).toMatchObject([
      { message: { run_id: run.run_id } },
    ]);
    const [dead] = await admin.xrange(queue.dead, "-", "+");
    const kept = Object.fromEntries(
      (dead?.[1] ?? []).flatMap((value, at, all) => (at % 2 ? [] : [[value, all[at + 1]]])),
    );
    expect(kept.reason).toContain(reason);
    expect(kept).toMatchObject(Object.fromEntries([[fields[0], fields[1]]]));
    expect(await admin.xlen(queue.stream)).toBe(1);
  });
});

describe("nothing grows for ever", () => {
  it("an ended run leaves nothing behind when it expires, but the counter of runs", async () => {
    using worker = await LiveWorker.start(ports);
    const idempotency = { key: "k", fingerprint: "f", ttl_seconds: 0.05 };
    for (let count = 0; count < 5; count += 1) {
      const run = await new TestRun().create(ports.store, { due_at: at(60), idempotency });
      const [message] = await ports.runQueue(worker.id).receive({ count: 1, wait_ms: 1000, signal: NEVER });
      const claim = await ports.lease.claim(run.run_id, worker.id);
      if (claim.status !== "claimed" || !message) throw new Error("nobody else holds the run");
      await run.append(ports.store, [RUNNING], {
        fence: claim.fence,
        effects: { request_tools: [run.request("call-1")], release: true, ack: message, due_at: at(60) },
      });
      const [request] = await ports.toolQueue(worker.id).receive({ count: 1, wait_ms: 1000, signal: NEVER });
      if (!request) throw new Error("it was requested");
      const call = {
        run_id: run.run_id,
        call_id: "call-1" as CallId,
        worker_id: worker.id,
        after_attempt: 0,
      };
      await ports.ledger.begin(call);
      await run.append(ports.store, [text("49")], { effects: { ended_calls: ["call-1"], ack: request } });
      await run.end(ports.store, 0.05);
    }
    await expect.poll(() => admin.keys("ai:run:*")).toEqual([]);
    // Creating runs is what clears the lists of expired ones.
    const last = await new TestRun({ tenant_id: "last", conversation_id: "last" }).create(ports.store);
    const another = await new TestRun({ tenant_id: "last", conversation_id: "last" }).create(ports.store);
    for (const run of [last, another]) await run.end(ports.store);
    for (const minute of await admin.keys("ai:minute:*")) {
      expect(await admin.ttl(minute)).toBeGreaterThan(3000);
    }
    const kept = (await admin.keys("*")).filter((key) => !/^ai:(minute:|worker:|workers$)/.test(key));
    expect(kept.toSorted()).toEqual(
      [
        "ai:runs",
        "ai:runs:conversations",
        "ai:runs:conversations:last",
        "ai:runs:created",
        "ai:runs:expiring",
        "ai:runs:status:completed",
        "ai:runs:status:completed:tenant:last",
        "ai:runs:tenant-conversation:4:last:last",
        "ai:runs:tenant:last",
        "ai:tenants",
        ...[last, another].flatMap(({ run_id }) => [`ai:run:${run_id}`, `ai:run:${run_id}:events`]),
        "queue:runs",
        "queue:tools",
      ].toSorted(),
    );
    expect(await admin.zcard("ai:runs")).toBe(2);
    expect(await admin.smembers("ai:tenants")).toEqual(["last"]);
    expect(await admin.xlen("queue:tools")).toBe(0);
  });

  it("workers that died are forgotten when others come", async () => {
    for (let count = 0; count < 5; count += 1) await ports.registry.renew(entryOf(newWorkerId()));
    await expect.poll(() => ports.registry.alive(), { timeout: 5000 }).toEqual([]);
    await ports.registry.renew(entryOf(newWorkerId()));
    expect(await admin.scard("ai:workers")).toBe(1);
  });
});

describe("a Redis that may lose what it accepted", () => {
  it("is warned of at start", async () => {
    await using risky = await startRedisServer({ "maxmemory-policy": "allkeys-lru", appendonly: "no" });
    await using processes = new RedisDeployment(risky.url);
    const log = new WarningLog();
    processes.connectTo(risky.url, { log });
    await expect.poll(() => log.warnings).toHaveLength(2);
    expect(log.warnings.join()).toContain("noeviction");
    expect(log.warnings.join()).toContain("append-only");
  });

  it("is not seen in one that is set up well", async () => {
    const log = new WarningLog();
    const { cache } = deployment.connectTo(server.url, { log });
    // Commands answer in order: this one comes behind the look at the settings.
    await cache.get("anything");
    expect(log.warnings).toEqual([]);
  });

  it("refuses work when its memory is full, and keeps no half of it", async () => {
    await using small = await startRedisServer({ maxmemory: "8mb" });
    await using processes = new RedisDeployment(small.url);
    const { store } = processes.connectTo(small.url);
    const filler = new Redis(small.url);
    const run = await new TestRun().create(store);
    const fill = async () => {
      for (let count = 0; count < 5000; count += 1) await filler.append("filler", "x".repeat(4096));
    };
    await expect(fill()).rejects.toThrow("OOM");
    const refused = new TestRun();
    await expect(refused.create(store)).rejects.toMatchObject({ code: "store_unavailable" });
    await expect(run.append(store, [RUNNING])).rejects.toMatchObject({ code: "store_unavailable" });
    expect(await store.load(refused.run_id)).toBeNull();
    expect(await store.load(run.run_id)).toMatchObject({ version: run.version });
    expect(await filler.xlen("queue:runs")).toBe(1);
    await filler.del("filler");
    await refused.create(store);
    filler.disconnect();
  });
});
