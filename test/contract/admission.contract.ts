import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Deployment, OpenDeployment, SharedPorts } from "./deployment.ts";
import { TestRun } from "./test-run.ts";

export function admissionContract(open: OpenDeployment): void {
  describe("Admission", () => {
    let deployment: Deployment;
    let ports: SharedPorts;

    beforeEach(async () => {
      deployment = await open();
      ports = deployment.connect();
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    it("counts the runs that have not ended, of one tenant and of all", async () => {
      const one = await new TestRun({ tenant_id: "a" }).create(ports.store);
      await new TestRun({ tenant_id: "a" }).create(ports.store);
      await new TestRun({ tenant_id: "b" }).create(ports.store);
      const counts = () =>
        Promise.all([ports.admission.active("a"), ports.admission.active("b"), ports.admission.active()]);
      expect(await counts()).toEqual([2, 1, 3]);
      await one.end(ports.store);
      expect(await counts()).toEqual([1, 1, 2]);
    });

    it("refuses a tenant's run beyond its limit, and changes nothing", async () => {
      const limits = { tenant: 1, global: null };
      await new TestRun({ tenant_id: "a" }).create(ports.store, { limits });
      const refused = new TestRun({ tenant_id: "a" }).proposal({ limits });
      expect(await ports.store.create(refused)).toEqual({ status: "refused", scope: "tenant", limit: 1 });
      expect(await ports.store.load(refused.run_id)).toBeNull();
      expect((await ports.store.list({ limit: 10 })).runs).toHaveLength(1);
      await new TestRun({ tenant_id: "b" }).create(ports.store, { limits });
    });

    it("refuses any run beyond the global limit", async () => {
      const limits = { tenant: null, global: 1 };
      await new TestRun({ tenant_id: "a" }).create(ports.store, { limits });
      const refused = new TestRun({ tenant_id: "b" }).proposal({ limits });
      expect(await ports.store.create(refused)).toEqual({ status: "refused", scope: "global", limit: 1 });
    });

    it.each(["tenant", "global"] as const)(
      "accepts exactly as many as the %s limit, however many ask at once",
      async (scope) => {
        const limits = { tenant: null, global: null, [scope]: 7 };
        const processes = Array.from({ length: 4 }, () => deployment.connect());
        const rivals = Array.from({ length: 40 }, () => new TestRun({ tenant_id: "a" }).proposal({ limits }));
        const results = await Promise.all(
          rivals.map((proposal, index) => processes[index % processes.length]?.store.create(proposal)),
        );
        expect(results.filter((result) => result?.status === "created")).toHaveLength(7);
        expect(results.filter((result) => result?.status === "refused")).toHaveLength(33);
        expect(await ports.admission.active("a")).toBe(7);
      },
    );

    it("frees a slot once, when the run ends", async () => {
      const limits = { tenant: 2, global: 2 };
      const run = await new TestRun({ tenant_id: "a" }).create(ports.store, { limits });
      await new TestRun({ tenant_id: "a" }).create(ports.store, { limits });
      await run.end(ports.store);
      expect((await ports.store.create(new TestRun({ tenant_id: "a" }).proposal({ limits }))).status).toBe(
        "created",
      );
      expect((await ports.store.create(new TestRun({ tenant_id: "a" }).proposal({ limits }))).status).toBe(
        "refused",
      );
    });
  });
}
