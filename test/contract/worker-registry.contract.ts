import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Deployment, OpenDeployment, SharedPorts } from "./deployment.ts";
import { entryOf, LiveWorker, newWorkerId, TAKEOVER_LIMIT_MS } from "./live-worker.ts";

export function workerRegistryContract(open: OpenDeployment): void {
  describe("WorkerRegistry", () => {
    let deployment: Deployment;
    let ports: SharedPorts;

    beforeEach(async () => {
      deployment = await open();
      ports = deployment.connect();
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    it("lists the workers that are alive, to every process", async () => {
      const workflow = entryOf(newWorkerId());
      const tool = entryOf(newWorkerId(), "tool");
      await ports.registry.renew(workflow);
      await ports.registry.renew(tool);
      const alive = await deployment.connect().registry.alive();
      expect(alive).toHaveLength(2);
      expect(alive).toEqual(expect.arrayContaining([workflow, tool]));
    });

    it("tells whether the entry stood", async () => {
      const entry = entryOf(newWorkerId());
      expect(await ports.registry.renew(entry)).toBe(false);
      expect(await ports.registry.renew(entry)).toBe(true);
    });

    it("keeps an entry as long as it is renewed, and no longer than its time to live", async () => {
      using worker = await LiveWorker.start(ports);
      const registered = performance.now();
      await expect.poll(() => performance.now() - registered, { timeout: 5000 }).toBeGreaterThan(1500);
      expect((await ports.registry.alive()).map(({ worker_id }) => worker_id)).toEqual([worker.id]);
      worker.die();
      await expect.poll(() => ports.registry.alive(), { timeout: TAKEOVER_LIMIT_MS }).toEqual([]);
      expect(await ports.registry.renew(entryOf(worker.id))).toBe(false);
    });

    it("forgets a worker that withdraws, at once", async () => {
      const entry = entryOf(newWorkerId());
      await ports.registry.renew(entry);
      await ports.registry.withdraw(entry.worker_id);
      expect(await ports.registry.alive()).toEqual([]);
      await ports.registry.withdraw(entry.worker_id);
    });
  });
}
