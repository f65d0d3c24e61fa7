import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CallId } from "../../domain/ids.ts";
import type { Deployment, OpenDeployment, SharedPorts } from "./deployment.ts";
import { LiveWorker } from "./live-worker.ts";
import { newRunId, TestRun } from "./test-run.ts";

export function runInspectionContract(open: OpenDeployment): void {
  describe("RunInspection", () => {
    let deployment: Deployment;
    let ports: SharedPorts;

    beforeEach(async () => {
      deployment = await open();
      ports = deployment.connect();
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    it("knows no run that was not created", async () => {
      expect(await ports.inspection.inspect(newRunId())).toBeNull();
    });

    it("tells a run's place in the queue", async () => {
      await new TestRun().create(ports.store);
      await new TestRun().create(ports.store);
      const run = await new TestRun().create(ports.store);
      expect(await ports.inspection.inspect(run.run_id)).toEqual({
        epoch: 0,
        lease: null,
        behind: [],
        queued: { position: 2, pending_with: null },
        begun_calls: [],
      });
    });

    it("tells who holds the run and its message, and whether they live", async () => {
      using worker = await LiveWorker.start(ports);
      const run = await new TestRun().create(ports.store);
      const queue = ports.runQueue(worker.id);
      const [delivery] = await queue.receive({
        count: 1,
        wait_ms: 5000,
        signal: new AbortController().signal,
      });
      if (!delivery) throw new Error("it was queued");
      await ports.lease.claim(run.run_id, worker.id);
      await ports.lease.claim(run.run_id, worker.id);
      expect(await ports.inspection.inspect(run.run_id)).toEqual({
        epoch: 2,
        lease: { owner: worker.id, epoch: 2, owner_alive: true },
        behind: [],
        queued: { position: 0, pending_with: worker.id },
        begun_calls: [],
      });
      await queue.acknowledge(delivery);
      await worker.leave();
      expect(await ports.inspection.inspect(run.run_id)).toMatchObject({
        lease: { owner_alive: false },
        queued: null,
      });
    });

    it("tells which calls were begun, and by whom", async () => {
      using worker = await LiveWorker.start(ports, "tool");
      const run = await new TestRun().create(ports.store);
      await run.requestTools(ports.store, "call-1", "call-2");
      const call = {
        run_id: run.run_id,
        call_id: "call-1" as CallId,
        worker_id: worker.id,
        after_attempt: 0,
      };
      await ports.ledger.begin(call);
      expect(await ports.inspection.inspect(run.run_id)).toMatchObject({
        begun_calls: [{ call_id: "call-1", attempt: 1, worker_id: worker.id, worker_alive: true }],
      });
      await run.end(ports.store);
      expect(await ports.inspection.inspect(run.run_id)).toMatchObject({ begun_calls: [] });
    });
  });
}
