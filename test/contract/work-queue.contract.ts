import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { WorkerId } from "../../domain/ids.ts";
import type { Delivery, WorkQueue } from "../../domain/ports/work-queue.ts";
import type { WorkerEntry } from "../../domain/ports/worker-registry.ts";
import type { Deployment, OpenDeployment, SharedPorts } from "./deployment.ts";
import { LiveWorker, newWorkerId, TAKEOVER_LIMIT_MS, TTL_SECONDS } from "./live-worker.ts";
import { RUNNING, TestRun } from "./test-run.ts";

/** What the suite needs to know of a queue, to be about both. */
interface Kind {
  readonly name: "runs" | "tools";
  readonly worker: WorkerEntry["kind"];
  of(ports: SharedPorts, worker_id: WorkerId): WorkQueue<unknown>;
  /** Puts `count` messages into the queue and returns them. */
  enqueue(ports: SharedPorts, count: number): Promise<readonly unknown[]>;
}

const KINDS: readonly Kind[] = [
  {
    name: "runs",
    worker: "workflow",
    of: (ports, worker_id) => ports.runQueue(worker_id),
    enqueue: async (ports, count) => {
      const runs = Array.from({ length: count }, () => new TestRun());
      for (const run of runs) await run.create(ports.store);
      return runs.map(({ run_id }) => ({ run_id }));
    },
  },
  {
    name: "tools",
    worker: "tool",
    of: (ports, worker_id) => ports.toolQueue(worker_id),
    enqueue: async (ports, count) => {
      const run = await new TestRun().create(ports.store);
      return run.requestTools(ports.store, ...Array.from({ length: count }, (_, index) => `call-${index}`));
    },
  },
];

const NEVER = new AbortController().signal;
/** More than any message needs that is there. */
const WAIT_MS = 10_000;

export function workQueueContract(open: OpenDeployment): void {
  describe.each(KINDS)("WorkQueue of $name", (kind) => {
    let deployment: Deployment;
    let ports: SharedPorts;
    const workers: LiveWorker[] = [];

    beforeEach(async () => {
      deployment = await open();
      ports = deployment.connect();
    });
    afterEach(async () => {
      for (const worker of workers.splice(0)) worker.die();
      await deployment[Symbol.asyncDispose]();
    });

    /** A live worker in a process of its own, with its end of the queue. */
    const worker = async () => {
      const own = deployment.connect();
      const live = await LiveWorker.start(own, kind.worker);
      workers.push(live);
      return { live, queue: kind.of(own, live.id) };
    };
    const receive = (queue: WorkQueue<unknown>, count = 10, wait_ms = WAIT_MS) =>
      queue.receive({ count, wait_ms, signal: NEVER });
    const taken = async (queue: WorkQueue<unknown>, count = 10) => {
      const delivered: Delivery<unknown>[] = [];
      await expect
        .poll(
          async () => {
            delivered.push(...(await receive(queue, count, 100)));
            return delivered.length;
          },
          { timeout: TAKEOVER_LIMIT_MS },
        )
        .toBeGreaterThan(0);
      return delivered;
    };
    const messages = (deliveries: readonly Delivery<unknown>[]) => deliveries.map(({ message }) => message);

    it("delivers what was queued, as it was queued", async () => {
      const { queue } = await worker();
      const queued = await kind.enqueue(ports, 3);
      const deliveries = await receive(queue);
      expect(messages(deliveries)).toEqual(queued);
      for (const delivery of deliveries) {
        expect(delivery).toMatchObject({ queue: kind.name, attempt: 1, taken_over: false });
      }
    });

    it("delivers at most as many as asked for", async () => {
      const { queue } = await worker();
      await kind.enqueue(ports, 3);
      expect(await receive(queue, 2)).toHaveLength(2);
      expect(await receive(queue, 2)).toHaveLength(1);
    });

    it("delivers each message to one of its receivers", async () => {
      const receivers = await Promise.all(Array.from({ length: 4 }, worker));
      const queued = await kind.enqueue(ports, 40);
      const delivered: unknown[] = [];
      await Promise.all(
        receivers.map(async ({ queue }) => {
          while (delivered.length < queued.length) delivered.push(...messages(await receive(queue, 3, 200)));
        }),
      );
      expect(new Set(delivered.map((message) => JSON.stringify(message)))).toEqual(
        new Set(queued.map((message) => JSON.stringify(message))),
      );
      expect(delivered).toHaveLength(queued.length);
    });

    it("wakes a receiver as soon as there is something", async () => {
      const { queue } = await worker();
      const waiting = receive(queue);
      const started = performance.now();
      const queued = await kind.enqueue(ports, 1);
      expect(messages(await waiting)).toEqual(queued);
      expect(performance.now() - started).toBeLessThan(WAIT_MS / 2);
    });

    it("returns nothing when nothing comes in time", async () => {
      const { queue } = await worker();
      const started = performance.now();
      expect(await receive(queue, 1, 120)).toEqual([]);
      expect(performance.now() - started).toBeGreaterThanOrEqual(119);
      expect(await receive(queue, 1, 0)).toEqual([]);
    });

    it("returns at once when it is aborted, and loses no message by that", async () => {
      const { queue } = await worker();
      const { queue: other } = await worker();
      const abort = new AbortController();
      const waiting = queue.receive({ count: 10, wait_ms: WAIT_MS, signal: abort.signal });
      await expect.poll(() => receive(other, 1, 0)).toEqual([]);
      abort.abort();
      const started = performance.now();
      expect(await waiting).toEqual([]);
      expect(performance.now() - started).toBeLessThan(WAIT_MS / 10);
      const queued = await kind.enqueue(ports, 1);
      const [delivery] = await receive(other);
      expect(delivery).toMatchObject({ message: queued[0], attempt: 1, taken_over: false });
    });

    it("takes nothing when it was aborted before", async () => {
      const { queue } = await worker();
      await kind.enqueue(ports, 1);
      expect(await queue.receive({ count: 1, wait_ms: WAIT_MS, signal: AbortSignal.abort() })).toEqual([]);
      expect(await receive(queue)).toHaveLength(1);
    });

    it("keeps a message with its receiver as long as that lives", async () => {
      const { queue } = await worker();
      const { queue: other } = await worker();
      await kind.enqueue(ports, 1);
      const [delivery] = await receive(queue);
      expect(await receive(other, 1, TTL_SECONDS * 2500)).toEqual([]);
      expect(await receive(queue, 1, 0)).toEqual([]);
      expect(delivery).toBeDefined();
    });

    it("delivers the messages of a dead worker to others, and counts", async () => {
      const [first, second, third] = [await worker(), await worker(), await worker()];
      const queued = await kind.enqueue(ports, 1);
      const [delivery] = await receive(first.queue);
      first.live.die();
      const [again] = await taken(second.queue);
      expect(again).toMatchObject({ message: queued[0], attempt: 2, taken_over: true });
      expect(again?.message_id).toBe(delivery?.message_id);
      second.live.die();
      const [once_more] = await taken(third.queue);
      expect(once_more).toMatchObject({ message: queued[0], attempt: 3, taken_over: true });
    });

    it("delivers the messages of a worker that left", async () => {
      const [first, second] = [await worker(), await worker()];
      const queued = await kind.enqueue(ports, 5);
      await receive(first.queue);
      await first.live.leave();
      const delivered = await taken(second.queue, 2);
      while (delivered.length < queued.length) delivered.push(...(await taken(second.queue, 2)));
      expect(messages(delivered)).toHaveLength(5);
      expect(messages(delivered)).toEqual(expect.arrayContaining([...queued]));
    });

    it("delivers the message of a dead worker to one of many", async () => {
      const first = await worker();
      const others = await Promise.all(Array.from({ length: 3 }, worker));
      await kind.enqueue(ports, 6);
      await receive(first.queue);
      first.live.die();
      const delivered: Delivery<unknown>[] = [];
      await expect
        .poll(
          async () => {
            const batches = await Promise.all(others.map(({ queue }) => receive(queue, 10, 100)));
            delivered.push(...batches.flat());
            return delivered.length;
          },
          { timeout: TAKEOVER_LIMIT_MS },
        )
        .toBe(6);
      expect(new Set(delivered.map(({ message_id }) => message_id)).size).toBe(6);
      expect((await Promise.all(others.map(({ queue }) => receive(queue, 10, 700)))).flat()).toEqual([]);
    });

    it("forgets what was acknowledged, however often", async () => {
      const [first, second] = [await worker(), await worker()];
      await kind.enqueue(ports, 1);
      const [delivery] = await receive(first.queue);
      if (!delivery) throw new Error("it was delivered");
      await first.queue.acknowledge(delivery);
      await first.queue.acknowledge(delivery);
      expect(await first.queue.depth()).toMatchObject({ backlog: 0, pending: 0 });
      await first.live.leave();
      expect(await receive(second.queue, 1, 700)).toEqual([]);
    });

    it("leaves a message to whoever took it over", async () => {
      const [first, second] = [await worker(), await worker()];
      await kind.enqueue(ports, 2);
      const [one, two] = await receive(first.queue);
      if (!one || !two) throw new Error("two were delivered");
      await first.live.leave();
      const again = await taken(second.queue);
      await first.queue.acknowledge(one);
      await first.queue.bury(two, "late");
      expect(await second.queue.depth()).toMatchObject({ backlog: 2, pending: 2, dead: 0 });
      for (const delivery of again) await second.queue.acknowledge(delivery);
      expect(await second.queue.depth()).toMatchObject({ backlog: 0, pending: 0, dead: 0 });
    });

    it("keeps aside what was buried", async () => {
      const { queue } = await worker();
      await kind.enqueue(ports, 2);
      const [delivery, other] = await receive(queue);
      if (!delivery || !other) throw new Error("two were delivered");
      await queue.bury(delivery, "it kills its worker");
      await queue.bury(delivery, "it kills its worker");
      expect(await queue.depth()).toMatchObject({ backlog: 1, pending: 1, dead: 1 });
      await queue.bury(other, "so does this");
      const letters = await queue.dead(10);
      expect(letters.map(({ reason }) => reason)).toEqual(["so does this", "it kills its worker"]);
      const run_ids = [other, delivery].map(({ message }) => (message as { readonly run_id: string }).run_id);
      expect(letters.map(({ fields }) => fields.run_id)).toEqual(run_ids);
      expect(letters.every(({ at }) => Math.abs(Date.parse(at) - Date.now()) < 60_000)).toBe(true);
      expect(await queue.dead(1)).toEqual(letters.slice(0, 1));
    });

    it("is acknowledged by the commit that it caused", async () => {
      const { queue } = await worker();
      await kind.enqueue(ports, 1);
      const [ack] = await receive(queue);
      if (!ack) throw new Error("it was delivered");
      const run = new TestRun();
      await run.create(ports.store);
      const { backlog } = await queue.depth();
      await run.append(ports.store, [RUNNING], { effects: { ack } });
      expect(await queue.depth()).toMatchObject({ backlog: backlog - 1, pending: 0 });
    });

    it("tells its depth and how long its oldest message has waited", async () => {
      const queue = kind.of(ports, newWorkerId());
      expect(await queue.depth()).toEqual({ backlog: 0, pending: 0, dead: 0, oldest_seconds: null });
      await kind.enqueue(ports, 3);
      expect(await queue.depth()).toMatchObject({ backlog: 3, pending: 0, dead: 0 });
      await expect.poll(async () => (await queue.depth()).oldest_seconds).toBeGreaterThan(0.05);
      expect((await queue.depth()).oldest_seconds).toBeLessThan(30);
    });
  });
}
