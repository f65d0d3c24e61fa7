import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunId } from "../../domain/ids.ts";
import type { Deployment, OpenDeployment, SharedPorts } from "./deployment.ts";
import { RUNNING, snapshotOf, TestRun, text } from "./test-run.ts";

/** RunStore, as far as it is about listing runs. */
export function runListContract(open: OpenDeployment): void {
  describe("RunStore, listing", () => {
    let deployment: Deployment;
    let ports: SharedPorts;

    beforeEach(async () => {
      deployment = await open();
      ports = deployment.connect();
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    const created = async (...runs: readonly TestRun[]) => {
      for (const run of runs) await run.create(ports.store);
      return runs;
    };
    const ids = async (query: Parameters<SharedPorts["store"]["list"]>[0]) =>
      (await ports.store.list(query)).runs.map(({ run_id }) => run_id);

    it("shows summaries, newest first", async () => {
      const runs = await created(new TestRun(), new TestRun(), new TestRun());
      const { runs: listed, next_cursor } = await ports.store.list({ limit: 10 });
      expect(listed).toEqual(runs.toReversed().map((run) => snapshotOf(run.history).summary));
      expect(next_cursor).toBeNull();
    });

    it("filters by tenant, status and conversation, alone and together", async () => {
      const [one, two, three, four] = await created(
        new TestRun({ tenant_id: "a", conversation_id: "x" }),
        new TestRun({ tenant_id: "a", conversation_id: "y" }),
        new TestRun({ tenant_id: "b", conversation_id: "x" }),
        new TestRun({ tenant_id: "a:status:running", conversation_id: "x" }),
      );
      if (!one || !two || !three || !four) throw new Error("four were created");
      await two.append(ports.store, [RUNNING]);
      await three.append(ports.store, [RUNNING]);
      expect(await ids({ limit: 10, tenant_id: "a" })).toEqual([two.run_id, one.run_id]);
      expect(await ids({ limit: 10, status: "running" })).toEqual([three.run_id, two.run_id]);
      expect(await ids({ limit: 10, status: "queued" })).toEqual([four.run_id, one.run_id]);
      expect(await ids({ limit: 10, conversation_id: "x" })).toEqual([four.run_id, three.run_id, one.run_id]);
      expect(await ids({ limit: 10, tenant_id: "a", status: "running" })).toEqual([two.run_id]);
      expect(await ids({ limit: 10, tenant_id: "a", conversation_id: "x" })).toEqual([one.run_id]);
      expect(await ids({ limit: 10, status: "running", conversation_id: "x" })).toEqual([three.run_id]);
      expect(await ids({ limit: 10, tenant_id: "b", status: "queued", conversation_id: "x" })).toEqual([]);
      expect(await ids({ limit: 10, tenant_id: "" })).toEqual([]);
      expect(await ids({ limit: 10, conversation_id: "" })).toEqual([]);
    });

    it("lists the runs before another, of which there are none when that is unknown", async () => {
      const [one, two, three, last] = await created(...Array.from({ length: 4 }, () => new TestRun()));
      if (!one || !two || !three || !last) throw new Error("four were created");
      const before = { before: last.run_id };
      const first = await ports.store.list({ limit: 2, ...before });
      expect(first.runs.map(({ run_id }) => run_id)).toEqual([three.run_id, two.run_id]);
      expect(await ids({ limit: 2, ...before, cursor: first.next_cursor ?? "" })).toEqual([one.run_id]);
      expect(await ids({ limit: 2, before: one.run_id })).toEqual([]);
      expect(await ids({ limit: 2, before: "no-such-run" as RunId })).toEqual([]);
    });

    it("moves a run from status to status", async () => {
      const [run] = await created(new TestRun());
      if (!run) throw new Error("one was created");
      await run.append(ports.store, [RUNNING]);
      await run.append(ports.store, [text("a")], { snapshot: false });
      await run.end(ports.store);
      expect(await ids({ limit: 10, status: "running" })).toEqual([]);
      expect(await ports.store.list({ limit: 10, status: "completed" })).toEqual({
        runs: [snapshotOf(run.history).summary],
        next_cursor: null,
      });
    });

    it("goes on behind the last run of a page, also when newer runs come", async () => {
      const runs = await created(...Array.from({ length: 5 }, () => new TestRun()));
      const expected = runs.toReversed().map(({ run_id }) => run_id);
      const first = await ports.store.list({ limit: 2 });
      await created(new TestRun());
      const second = await ports.store.list({ limit: 2, cursor: first.next_cursor ?? "" });
      const third = await ports.store.list({ limit: 2, cursor: second.next_cursor ?? "" });
      const listed = [first, second, third].flatMap((page) => page.runs.map(({ run_id }) => run_id));
      expect(listed).toEqual(expected);
      expect(third.next_cursor).toBeNull();
    });

    it("pages through the runs of all tenants as through those of one", async () => {
      const tenants = ["a", "b", "a", "c", "c", "b", "a", "d"];
      const runs = await created(
        ...tenants.map((tenant_id) => new TestRun({ tenant_id, conversation_id: "x" })),
      );
      for (const run of runs) await run.end(ports.store);
      for (const filter of [{}, { status: "completed" }, { conversation_id: "x" }] as const) {
        const listed: RunId[] = [];
        for (let cursor: string | null = ""; cursor !== null; ) {
          const page = await ports.store.list({ limit: 3, ...filter, cursor });
          expect(page.runs.length).toBeLessThanOrEqual(3);
          listed.push(...page.runs.map(({ run_id }) => run_id));
          cursor = page.next_cursor;
        }
        expect(listed).toEqual(runs.toReversed().map(({ run_id }) => run_id));
      }
    });

    it("goes on behind a run that has expired meanwhile", async () => {
      const runs = await created(new TestRun(), new TestRun(), new TestRun(), new TestRun());
      const { next_cursor } = await ports.store.list({ limit: 2 });
      await runs[2]?.end(ports.store, 0.05);
      await expect.poll(() => ports.store.load(runs[2]?.run_id as RunId)).toBeNull();
      expect(await ids({ limit: 2, cursor: next_cursor ?? "" })).toEqual([runs[1]?.run_id, runs[0]?.run_id]);
    });

    it("begins anew with a cursor that it never gave", async () => {
      const [run] = await created(new TestRun());
      expect(await ids({ limit: 2, cursor: "nonsense" })).toEqual([run?.run_id]);
    });

    it("has no next page when the last one is just full", async () => {
      await created(new TestRun(), new TestRun());
      expect((await ports.store.list({ limit: 2 })).next_cursor).toBeNull();
    });

    it("passes over expired runs", async () => {
      const [kept, expired] = await created(new TestRun(), new TestRun());
      await expired?.end(ports.store, 0.05);
      await expect.poll(() => ids({ limit: 1 })).toEqual([kept?.run_id]);
      const [newer] = await created(new TestRun());
      expect(await ids({ limit: 10 })).toEqual([newer?.run_id, kept?.run_id]);
    });
  });
}
