import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CallId, WorkerId } from "../../domain/ids.ts";
import type { Deployment, OpenDeployment, SharedPorts } from "./deployment.ts";
import { newWorkerId } from "./live-worker.ts";
import { COMPLETED, newRunId, RUNNING, snapshotOf, TestRun, text } from "./test-run.ts";

const CALL = "call-1" as CallId;

export function effectsLedgerContract(open: OpenDeployment): void {
  describe("EffectsLedger", () => {
    let deployment: Deployment;
    let ports: SharedPorts;
    let run: TestRun;

    beforeEach(async () => {
      deployment = await open();
      ports = deployment.connect();
      run = await new TestRun().create(ports.store);
      await run.requestTools(ports.store, CALL);
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    const begin = (worker_id: WorkerId, after_attempt: number, call_id = CALL, on = ports) =>
      on.ledger.begin({ run_id: run.run_id, call_id, worker_id, after_attempt });

    it("begins the first attempt of a requested call, and loads the run", async () => {
      const at_snapshot = run.history;
      await run.append(ports.store, [text("a")], { snapshot: false });
      expect(await begin(newWorkerId(), 0)).toEqual({
        status: "begun",
        attempt: 1,
        run: {
          version: run.version,
          snapshot: snapshotOf(at_snapshot).snapshot,
          tail: run.history.slice(at_snapshot.length),
        },
      });
    });

    it("answers the same worker the same when its answer was lost", async () => {
      const worker_id = newWorkerId();
      const first = await begin(worker_id, 0);
      expect(await begin(worker_id, 0)).toEqual(first);
    });

    it("tells another worker who began before", async () => {
      const [first, second] = [newWorkerId(), newWorkerId()];
      await begin(first, 0);
      expect(await begin(second, 0)).toMatchObject({
        status: "begun_before",
        attempt: 1,
        worker_id: first,
        run: { version: run.version },
      });
    });

    it("begins the attempt after the one that is known", async () => {
      const [first, second, third] = [newWorkerId(), newWorkerId(), newWorkerId()];
      await begin(first, 0);
      expect(await begin(second, 1)).toMatchObject({ status: "begun", attempt: 2 });
      expect(await begin(third, 1)).toMatchObject({ status: "begun_before", attempt: 2, worker_id: second });
      expect(await begin(first, 0)).toMatchObject({ status: "begun_before", attempt: 2, worker_id: second });
    });

    it("lets one of many begin who ask at once", async () => {
      const beginnings = await Promise.all(
        Array.from({ length: 8 }, () => begin(newWorkerId(), 0, CALL, deployment.connect())),
      );
      expect(beginnings.filter(({ status }) => status === "begun")).toHaveLength(1);
      expect(beginnings.filter(({ status }) => status === "begun_before")).toHaveLength(7);
    });

    it("keeps calls apart", async () => {
      await run.requestTools(ports.store, "call-2");
      await begin(newWorkerId(), 0);
      expect(await begin(newWorkerId(), 0, "call-2" as CallId)).toMatchObject({
        status: "begun",
        attempt: 1,
      });
    });

    it("is void for a call that has ended, was never requested, or whose run is unknown", async () => {
      const worker_id = newWorkerId();
      await run.append(ports.store, [RUNNING], { effects: { ended_calls: [CALL] } });
      expect(await begin(worker_id, 0)).toEqual({ status: "void" });
      expect(await begin(worker_id, 0, "call-9" as CallId)).toEqual({ status: "void" });
      const elsewhere = { run_id: newRunId(), call_id: CALL, worker_id, after_attempt: 0 };
      expect(await ports.ledger.begin(elsewhere)).toEqual({ status: "void" });
    });

    it("is void for calls that were open when their run ended", async () => {
      await begin(newWorkerId(), 0);
      await run.append(ports.store, [COMPLETED], { effects: { expire_after_seconds: 60 } });
      expect(await begin(newWorkerId(), 1)).toEqual({ status: "void" });
    });
  });
}
