import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunId } from "../../domain/ids.ts";
import type { Deployment, OpenDeployment, SharedPorts } from "./deployment.ts";
import { LiveWorker, newWorkerId } from "./live-worker.ts";
import { RUNNING, TestRun } from "./test-run.ts";

const NEVER = new AbortController().signal;

/** RunStore and RunLease, as far as runs of one conversation take turns. */
export function turnsContract(open: OpenDeployment): void {
  describe("Runs of one conversation", () => {
    let deployment: Deployment;
    let ports: SharedPorts;
    let worker: LiveWorker;
    const conversation = { tenant_id: "tenant:1", conversation_id: "a:b" };

    beforeEach(async () => {
      deployment = await open();
      ports = deployment.connect();
      worker = await LiveWorker.start(ports);
    });
    afterEach(async () => {
      worker.die();
      await deployment[Symbol.asyncDispose]();
    });

    const create = (options: Parameters<TestRun["create"]>[1] = {}) =>
      new TestRun(conversation).create(ports.store, options);

    /** Receives what is in the run queue and is done with it. */
    async function woken(): Promise<readonly RunId[]> {
      const queue = ports.runQueue(worker.id);
      const { backlog } = await queue.depth();
      if (backlog === 0) return [];
      const deliveries = await queue.receive({ count: backlog, wait_ms: 2000, signal: NEVER });
      for (const delivery of deliveries) await queue.acknowledge(delivery);
      return deliveries.map(({ message }) => message.run_id);
    }
    const claim = async ({ run_id }: TestRun) => ports.lease.claim(run_id, worker.id);

    it("go one after another, each woken by the end of the one before", async () => {
      const [first, second, third] = [await create(), await create(), await create()];
      expect(await woken()).toEqual([first.run_id]);
      expect(await claim(first)).toMatchObject({ status: "claimed" });
      expect(await claim(second)).toEqual({ status: "waits", behind: [first.run_id] });
      expect(await claim(third)).toEqual({ status: "waits", behind: [first.run_id, second.run_id] });

      await first.append(ports.store, [RUNNING]);
      expect(await woken()).toEqual([]);
      await first.end(ports.store);
      expect(await woken()).toEqual([second.run_id]);
      expect(await claim(second)).toMatchObject({ status: "claimed" });
      await second.end(ports.store);
      expect(await woken()).toEqual([third.run_id]);
    });

    it("are passed over when they end before their turn", async () => {
      const [first, second, third] = [await create(), await create(), await create()];
      await woken();
      await second.end(ports.store);
      expect(await woken()).toEqual([]);
      expect(await claim(third)).toEqual({ status: "waits", behind: [first.run_id] });
      await first.end(ports.store);
      expect(await woken()).toEqual([third.run_id]);
    });

    it("wake the next once, also when the commit that ends them is repeated", async () => {
      const [first, second] = [await create(), await create()];
      await woken();
      const end = first.commit([{ type: "run.cancelled", data: { reason: "over", user_id: "ada" } }], {
        effects: { expire_after_seconds: 60 },
      });
      await ports.store.commit(end);
      await ports.store.commit(end);
      expect(await woken()).toEqual([second.run_id]);
    });

    it("start at once when all before them have ended", async () => {
      const first = await create();
      await woken();
      await first.end(ports.store);
      const second = await create({ multitask_strategy: "reject" });
      expect(await woken()).toEqual([second.run_id]);
    });

    it("are refused while another has not ended, if they ask for that", async () => {
      const first = await create();
      await create();
      const proposal = new TestRun(conversation).proposal({ multitask_strategy: "reject" });
      expect(await ports.store.create(proposal)).toEqual({ status: "busy", run_id: first.run_id });
      expect(await ports.store.load(proposal.run_id)).toBeNull();
    });

    it("are woken before their turn when they interrupt, and still wait for it", async () => {
      const first = await create();
      const second = await create({ multitask_strategy: "interrupt" });
      expect(await woken()).toEqual([first.run_id, second.run_id]);
      expect(await claim(second)).toEqual({ status: "waits", behind: [first.run_id] });
      await first.end(ports.store);
      expect(await woken()).toEqual([second.run_id]);
      expect(await claim(second)).toMatchObject({ status: "claimed" });
    });

    it("do not wait for those of another tenant or another conversation", async () => {
      await create();
      const others = [
        { tenant_id: "tenant:1", conversation_id: "a" },
        { tenant_id: "tenant", conversation_id: "1:a:b" },
        { tenant_id: "tenant:1:a", conversation_id: "b" },
      ];
      for (const other of others) {
        const run = await new TestRun(other).create(ports.store, { multitask_strategy: "reject" });
        expect(await claim(run)).toMatchObject({ status: "claimed" });
      }
    });

    it("are told by inspection what they wait for", async () => {
      const [first, second, third] = [await create(), await create(), await create()];
      expect(await ports.inspection.inspect(first.run_id)).toMatchObject({ behind: [] });
      expect(await ports.inspection.inspect(third.run_id)).toMatchObject({
        behind: [first.run_id, second.run_id],
      });
    });

    it("give one turn at a time, however many are created and end at once", async () => {
      const runs = await Promise.all(
        Array.from({ length: 8 }, () => new TestRun(conversation).create(deployment.connect().store)),
      );
      const order: RunId[] = [];
      while (order.length < runs.length) {
        const [run_id, ...others] = await woken();
        expect(others).toEqual([]);
        const run = runs.find((candidate) => candidate.run_id === run_id);
        if (run === undefined) throw new Error(`nobody was woken after ${order.length} turns`);
        order.push(run.run_id);
        await run.end(ports.store);
      }
      expect(new Set(order).size).toBe(runs.length);
    });

    it("may bring calls that are to be executed", async () => {
      const run = new TestRun({ conversation_id: randomUUID() });
      await run.create(ports.store, { request_tools: [run.request("call-1")] });
      const tools = ports.toolQueue(newWorkerId());
      expect(await tools.depth()).toMatchObject({ backlog: 1 });
      const { run_id, call_id } = run.request("call-1");
      const beginning = await ports.ledger.begin({ run_id, call_id, worker_id: worker.id, after_attempt: 0 });
      expect(beginning).toMatchObject({ status: "begun", attempt: 1 });
    });
  });
}
