import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { at } from "../support/run-commands.ts";
import type { Deployment, OpenDeployment, SharedPorts } from "./deployment.ts";
import { newWorkerId } from "./live-worker.ts";
import { RUNNING, TestRun } from "./test-run.ts";

export function timersContract(open: OpenDeployment): void {
  describe("Timers", () => {
    let deployment: Deployment;
    let ports: SharedPorts;

    beforeEach(async () => {
      deployment = await open();
      ports = deployment.connect();
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    const backlog = async () => (await ports.runQueue(newWorkerId()).depth()).backlog;

    it("wake a run when its time has come, once", async () => {
      const run = await new TestRun().create(ports.store, { due_at: at(10) });
      const queue = ports.runQueue(newWorkerId());
      const signal = new AbortController().signal;
      expect(await queue.receive({ count: 10, wait_ms: 5000, signal })).toHaveLength(1);
      expect(await ports.timers.fireDue(at(9.999), 10)).toBe(0);
      expect(await ports.timers.fireDue(at(10), 10)).toBe(1);
      expect(await ports.timers.fireDue(at(11), 10)).toBe(0);
      const [delivery] = await queue.receive({ count: 10, wait_ms: 5000, signal });
      expect(delivery?.message).toEqual({ run_id: run.run_id });
    });

    it("are moved and removed by commits", async () => {
      const run = await new TestRun().create(ports.store, { due_at: at(10) });
      await run.append(ports.store, [RUNNING], { effects: { due_at: at(20) } });
      expect(await ports.timers.fireDue(at(15), 10)).toBe(0);
      await run.append(ports.store, [RUNNING], { effects: { due_at: null } });
      expect(await ports.timers.fireDue(at(30), 10)).toBe(0);
      await run.append(ports.store, [RUNNING], { effects: { due_at: at(5) } });
      expect(await ports.timers.fireDue(at(30), 10)).toBe(1);
    });

    it("are set again, once they have fired, by a commit that waits for the same time", async () => {
      const run = await new TestRun().create(ports.store, { due_at: at(10) });
      await run.append(ports.store, [RUNNING], { effects: { due_at: at(10) } });
      expect(await ports.timers.fireDue(at(10), 10)).toBe(1);
      await run.append(ports.store, [RUNNING], { effects: { due_at: at(10) } });
      expect(await ports.timers.fireDue(at(10), 10)).toBe(1);
    });

    it("fire at most as many as asked for", async () => {
      for (let count = 0; count < 5; count += 1)
        await new TestRun().create(ports.store, { due_at: at(count) });
      expect(await ports.timers.fireDue(at(60), 3)).toBe(3);
      expect(await ports.timers.fireDue(at(60), 3)).toBe(2);
    });

    it("fire once, however many look at once", async () => {
      for (let count = 0; count < 20; count += 1)
        await new TestRun().create(ports.store, { due_at: at(count) });
      const before = await backlog();
      const fired = await Promise.all(
        Array.from({ length: 5 }, () => deployment.connect().timers.fireDue(at(60), 20)),
      );
      expect(fired.reduce((sum, count) => sum + count)).toBe(20);
      expect(await backlog()).toBe(before + 20);
    });
  });
}
