import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LeaseLost } from "../../domain/errors.ts";
import type { Timestamp } from "../../domain/ids.ts";
import type { Claim } from "../../domain/ports/run-lease.ts";
import type { Deployment, OpenDeployment, SharedPorts } from "./deployment.ts";
import { LiveWorker, TAKEOVER_LIMIT_MS, TTL_SECONDS } from "./live-worker.ts";
import { newRunId, RUNNING, snapshotOf, TestRun, text } from "./test-run.ts";

export function runLeaseContract(open: OpenDeployment): void {
  describe("RunLease", () => {
    let deployment: Deployment;
    let ports: SharedPorts;

    beforeEach(async () => {
      deployment = await open();
      ports = deployment.connect();
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    it("loads the run with the claim", async () => {
      using worker = await LiveWorker.start(ports);
      const run = await new TestRun().create(ports.store);
      await run.append(ports.store, [RUNNING]);
      const at_snapshot = run.history;
      await run.append(ports.store, [text("a")], { snapshot: false });
      expect(await ports.lease.claim(run.run_id, worker.id)).toEqual({
        status: "claimed",
        fence: { owner: worker.id, epoch: 1 },
        run: {
          version: run.version,
          snapshot: snapshotOf(at_snapshot).snapshot,
          tail: run.history.slice(at_snapshot.length),
        },
      });
    });

    it("knows no run that was not created", async () => {
      using worker = await LiveWorker.start(ports);
      expect(await ports.lease.claim(newRunId(), worker.id)).toEqual({ status: "unknown" });
    });

    it("goes to one of many who claim at once", async () => {
      const run = await new TestRun().create(ports.store);
      const rivals = await Promise.all(
        Array.from({ length: 6 }, async () => {
          const own = deployment.connect();
          return { own, worker: await LiveWorker.start(own) };
        }),
      );
      const claims = await Promise.all(
        rivals.map(({ own, worker }) => own.lease.claim(run.run_id, worker.id)),
      );
      const [winner] = claims.filter((claim) => claim.status === "claimed");
      const held = claims.filter((claim) => claim.status === "held");
      expect(held).toHaveLength(rivals.length - 1);
      expect(new Set(held.map(({ owner }) => owner))).toEqual(new Set([winner?.fence.owner]));
      for (const { worker } of rivals) worker.die();
    });

    it("is refused as long as its holder lives", async () => {
      using holder = await LiveWorker.start(ports);
      using other = await LiveWorker.start(ports);
      const run = await new TestRun().create(ports.store);
      await ports.lease.claim(run.run_id, holder.id);
      // Time out of mind for a lease of its own: the holder's entry is renewed, nothing else is.
      const queue = ports.runQueue(other.id);
      const [delivery] = await queue.receive({ count: 1, wait_ms: 5000, signal: NEVER });
      expect(delivery?.message.run_id).toBe(run.run_id);
      await queue.receive({ count: 1, wait_ms: TTL_SECONDS * 1500, signal: NEVER });
      expect(await ports.lease.claim(run.run_id, other.id)).toEqual({ status: "held", owner: holder.id });
    });

    it("may be claimed again by its holder, under a new epoch", async () => {
      using worker = await LiveWorker.start(ports);
      const run = await new TestRun().create(ports.store);
      const first = await ports.lease.claim(run.run_id, worker.id);
      const second = await ports.lease.claim(run.run_id, worker.id);
      expect([epochOf(first), epochOf(second)]).toEqual([1, 2]);
    });

    it("goes to another under a new epoch when its holder died, whose late commit is refused", async () => {
      using holder = await LiveWorker.start(ports);
      using other = await LiveWorker.start(deployment.connect());
      const run = await new TestRun().create(ports.store);
      const first = await ports.lease.claim(run.run_id, holder.id);
      if (first.status !== "claimed") throw new Error("nobody else holds the run");
      holder.die();
      await expect
        .poll(() => ports.lease.claim(run.run_id, other.id), { timeout: TAKEOVER_LIMIT_MS })
        .toMatchObject({ status: "claimed", fence: { owner: other.id, epoch: 2 } });
      const late = run.commit([text("late")], { fence: first.fence });
      await expect(ports.store.commit(late)).rejects.toThrow(LeaseLost);
    });

    it("is free after a commit that gives it back", async () => {
      using holder = await LiveWorker.start(ports);
      using other = await LiveWorker.start(ports);
      const run = await new TestRun().create(ports.store);
      const first = await ports.lease.claim(run.run_id, holder.id);
      if (first.status !== "claimed") throw new Error("nobody else holds the run");
      await run.append(ports.store, [RUNNING], { fence: first.fence, effects: { release: true } });
      expect(epochOf(await ports.lease.claim(run.run_id, other.id))).toBe(2);
    });

    describe("release", () => {
      it("frees the lease of a run that has not moved", async () => {
        using holder = await LiveWorker.start(ports);
        using other = await LiveWorker.start(ports);
        const run = await new TestRun().create(ports.store);
        const claim = await ports.lease.claim(run.run_id, holder.id);
        if (claim.status !== "claimed") throw new Error("nobody else holds the run");
        expect(await ports.lease.release(run.run_id, claim.fence, run.version, null)).toBe(true);
        expect((await ports.lease.claim(run.run_id, other.id)).status).toBe("claimed");
      });

      it("keeps the lease of a run that has moved, since its wake-up may have been forgotten", async () => {
        using holder = await LiveWorker.start(ports);
        using other = await LiveWorker.start(ports);
        const run = await new TestRun().create(ports.store);
        const claim = await ports.lease.claim(run.run_id, holder.id);
        if (claim.status !== "claimed") throw new Error("nobody else holds the run");
        const { version } = run;
        await run.append(ports.store, [text("from elsewhere")]);
        expect(await ports.lease.release(run.run_id, claim.fence, version, null)).toBe(false);
        expect((await ports.lease.claim(run.run_id, other.id)).status).toBe("held");
      });

      it("takes nothing from whoever holds the lease by now", async () => {
        using worker = await LiveWorker.start(ports);
        using other = await LiveWorker.start(ports);
        const run = await new TestRun().create(ports.store);
        const claim = await ports.lease.claim(run.run_id, worker.id);
        if (claim.status !== "claimed") throw new Error("nobody else holds the run");
        await ports.lease.claim(run.run_id, worker.id);
        expect(await ports.lease.release(run.run_id, claim.fence, run.version, null)).toBe(true);
        expect((await ports.lease.claim(run.run_id, other.id)).status).toBe("held");
      });

      it("sets the run's timer again, which may have fired by a clock that is ahead", async () => {
        using worker = await LiveWorker.start(ports);
        const run = await new TestRun().create(ports.store);
        const due_at = "2020-01-01T00:00:00.000Z" as Timestamp;
        const claim = await ports.lease.claim(run.run_id, worker.id);
        if (claim.status !== "claimed") throw new Error("nobody else holds the run");
        expect(await ports.lease.release(run.run_id, claim.fence, run.version, due_at)).toBe(true);
        expect(await ports.timers.fireDue("2020-01-01T00:00:00.001Z" as Timestamp, 10)).toBe(1);
      });

      it("of an unknown run is no error", async () => {
        using worker = await LiveWorker.start(ports);
        expect(await ports.lease.release(newRunId(), { owner: worker.id, epoch: 1 }, 1, null)).toBe(true);
      });
    });
  });
}

const NEVER = new AbortController().signal;

function epochOf(claim: Claim): number | null {
  return claim.status === "claimed" ? claim.fence.epoch : null;
}
