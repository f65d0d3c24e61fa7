import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Deployment, OpenDeployment, SharedPorts } from "./deployment.ts";
import { newWorkerId } from "./live-worker.ts";
import { TestRun } from "./test-run.ts";

/** RunStore, as far as it is about idempotency keys. */
export function idempotencyContract(open: OpenDeployment): void {
  describe("RunStore, idempotency keys", () => {
    let deployment: Deployment;
    let ports: SharedPorts;

    beforeEach(async () => {
      deployment = await open();
      ports = deployment.connect();
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    const idempotency = { key: "order-1", fingerprint: "abc", ttl_seconds: 60 };
    const tenant_id = "acme";

    it("lead to the run they were first used for", async () => {
      const first = await new TestRun({ tenant_id }).create(ports.store, { idempotency });
      const second = new TestRun({ tenant_id }).proposal({
        idempotency: { ...idempotency, fingerprint: "xyz" },
      });
      expect(await ports.store.create(second)).toEqual({
        status: "duplicate",
        run_id: first.run_id,
        fingerprint: "abc",
      });
      expect(await ports.store.load(second.run_id)).toBeNull();
      expect((await ports.runQueue(newWorkerId()).depth()).backlog).toBe(1);
    });

    it("start one run however many ask at once", async () => {
      const results = await Promise.all(
        Array.from({ length: 8 }, () =>
          deployment.connect().store.create(new TestRun({ tenant_id }).proposal({ idempotency })),
        ),
      );
      const duplicates = results.filter((result) => result.status === "duplicate");
      expect(results.filter(({ status }) => status === "created")).toHaveLength(1);
      expect(duplicates).toHaveLength(7);
      expect(new Set(duplicates.map(({ run_id }) => run_id)).size).toBe(1);
      expect((await ports.runQueue(newWorkerId()).depth()).backlog).toBe(1);
    });

    it("lead to the run even when no slot is free", async () => {
      const limits = { tenant: 1, global: 1 };
      const first = await new TestRun({ tenant_id }).create(ports.store, { idempotency, limits });
      const again = new TestRun({ tenant_id }).proposal({ idempotency, limits });
      expect(await ports.store.create(again)).toMatchObject({ status: "duplicate", run_id: first.run_id });
    });

    it("belong to one tenant, whatever characters tenants and keys are made of", async () => {
      const create = (tenant: string, key: string) =>
        new TestRun({ tenant_id: tenant }).create(ports.store, { idempotency: { ...idempotency, key } });
      await create("a", "b:c");
      await create("a:b", "c");
      await create("a%3Ab", "c");
    });

    it("are forgotten after their time", async () => {
      const short = { ...idempotency, ttl_seconds: 0.05 };
      await new TestRun({ tenant_id }).create(ports.store, { idempotency: short });
      await expect
        .poll(
          async () =>
            (await ports.store.create(new TestRun({ tenant_id }).proposal({ idempotency: short }))).status,
        )
        .toBe("created");
    });
  });
}
