import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LeaseLost, UnknownRunError, VersionConflict } from "../../domain/errors.ts";
import type { CallId, EventId, Timestamp, WorkerId } from "../../domain/ids.ts";
import { KNOWLEDGE_INGESTION } from "../../domain/ids.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import type { Deployment, OpenDeployment, SharedPorts } from "./deployment.ts";
import { LiveWorker, newWorkerId } from "./live-worker.ts";
import { COMPLETED, newRunId, RUNNING, snapshotOf, TestRun, text, texts } from "./test-run.ts";

export function runStoreContract(open: OpenDeployment): void {
  describe("RunStore", () => {
    let deployment: Deployment;
    let ports: SharedPorts;

    beforeEach(async () => {
      deployment = await open();
      ports = deployment.connect();
    });
    afterEach(() => deployment[Symbol.asyncDispose]());

    const depths = async () => {
      const worker_id = newWorkerId();
      const [runs, tools] = await Promise.all([
        ports.runQueue(worker_id).depth(),
        ports.toolQueue(worker_id).depth(),
      ]);
      return { runs: runs.backlog, tools: tools.backlog };
    };

    describe("create", () => {
      it("keeps the run's events and its snapshot, and wakes a driver", async () => {
        const run = await new TestRun().create(ports.store);
        expect(await ports.store.load(run.run_id)).toEqual({
          version: run.version,
          snapshot: snapshotOf(run.history).snapshot,
          tail: [],
        });
        expect(await ports.store.events(run.run_id, { after: 0, limit: 10 })).toEqual(run.history);
        expect(await depths()).toEqual({ runs: 1, tools: 0 });
      });

      it("refuses a run id that is taken, and changes nothing", async () => {
        const run = await new TestRun().create(ports.store);
        const other = new TestRun({ message: "Something else" }, run.run_id).proposal();
        expect(await ports.store.create(other)).toEqual({ status: "exists" });
        expect(await ports.store.events(run.run_id, { after: 0, limit: 10 })).toEqual(run.history);
        expect(await depths()).toEqual({ runs: 1, tools: 0 });
      });

      it("gives a run id to one of many who ask for it at once", async () => {
        const run_id = newRunId();
        const results = await Promise.all(
          Array.from({ length: 8 }, () =>
            deployment.connect().store.create(new TestRun({}, run_id).proposal()),
          ),
        );
        expect(results.filter(({ status }) => status === "created")).toHaveLength(1);
        expect(results.filter(({ status }) => status === "exists")).toHaveLength(7);
      });

      it("may be repeated when its answer was lost", async () => {
        const idempotency = { key: "a", fingerprint: "f", ttl_seconds: 60 };
        for (const proposal of [new TestRun().proposal(), new TestRun().proposal({ idempotency })]) {
          expect(await ports.store.create(proposal)).toEqual({ status: "created" });
          expect(await ports.store.create(proposal)).toEqual({ status: "created" });
        }
        expect(await depths()).toEqual({ runs: 2, tools: 0 });
      });
    });

    describe("commit", () => {
      it("appends events in order, behind those that are there", async () => {
        const run = await new TestRun().create(ports.store);
        await run.append(ports.store, [RUNNING, text("a")]);
        await run.append(ports.store, [text("b")]);
        expect(await ports.store.events(run.run_id, { after: 0, limit: 10 })).toEqual(run.history);
        expect(run.history.map(({ seq }) => seq)).toEqual(run.history.map((_, index) => index + 1));
      });

      it("takes any number of events, with any text in them", async () => {
        const run = await new TestRun().create(ports.store);
        await run.append(ports.store, [...texts(2500), text('"\\\n\u2028\u0000\ud800 漢 🎺')]);
        const stored = await ports.store.events(run.run_id, { after: 0, limit: 5000 });
        expect(stored).toEqual(run.history);
      });

      it("returns the snapshot and the events behind it", async () => {
        const run = await new TestRun().create(ports.store);
        await run.append(ports.store, [RUNNING, text("a")]);
        const at_snapshot = run.history;
        await run.append(ports.store, [text("b"), text("c")], { snapshot: false });
        expect(await ports.store.load(run.run_id)).toEqual({
          version: run.version,
          snapshot: snapshotOf(at_snapshot).snapshot,
          tail: run.history.slice(at_snapshot.length),
        });
      });

      it("returns all events once a commit has dropped the snapshot", async () => {
        const run = await new TestRun().create(ports.store);
        await run.append(ports.store, [RUNNING, text("a")]);
        await run.append(ports.store, [text("b")], { snapshot: null });
        await run.append(ports.store, [text("c")], { snapshot: false });
        expect(await ports.store.load(run.run_id)).toEqual({
          version: run.version,
          snapshot: null,
          tail: run.history,
        });
      });

      it("refuses a run that is not at the expected version, and changes nothing", async () => {
        const run = await new TestRun().create(ports.store);
        const stale = run.commit([text("late")], {
          effects: { wake: true, request_tools: [run.request("call-1")] },
        });
        await run.append(ports.store, [RUNNING]);
        await expect(ports.store.commit(stale)).rejects.toThrow(VersionConflict);
        const early = run.commit([text("early")], { expected_version: 7 });
        await expect(ports.store.commit(early)).rejects.toThrow(VersionConflict);
        expect(await ports.store.events(run.run_id, { after: 0, limit: 10 })).toEqual(run.history);
        expect(await depths()).toEqual({ runs: 1, tools: 0 });
      });

      it("takes as many calls and events as come, all of them", async () => {
        const call_ids = Array.from({ length: 5000 }, (_, index) => `call-${index}`);
        const run = await new TestRun().create(ports.store);
        const requests = await run.requestTools(ports.store, ...call_ids);
        await run.append(ports.store, texts(5000), { effects: { ended_calls: call_ids.slice(1) } });
        expect((await ports.store.load(run.run_id))?.version).toBe(run.version);
        const begin = (call_id: CallId) =>
          ports.ledger.begin({ run_id: run.run_id, call_id, worker_id: newWorkerId(), after_attempt: 0 });
        expect(await begin(requests[0]?.call_id as CallId)).toMatchObject({ status: "begun" });
        expect(await begin(requests.at(-1)?.call_id as CallId)).toEqual({ status: "void" });
      });

      it("lets one of many win who commit at the same version", async () => {
        const run = await new TestRun().create(ports.store);
        const rivals = Array.from({ length: 8 }, (_, index) => run.commit([text(`${index}`), text("!")]));
        const outcomes = await Promise.allSettled(
          rivals.map((commit) => deployment.connect().store.commit(commit)),
        );
        const winners = rivals.filter((_, index) => outcomes[index]?.status === "fulfilled");
        const reasons = outcomes.flatMap((outcome) =>
          outcome.status === "rejected" ? [outcome.reason] : [],
        );
        expect(winners).toHaveLength(1);
        expect(reasons.every((reason) => reason instanceof VersionConflict)).toBe(true);
        const stored = await ports.store.events(run.run_id, { after: run.version, limit: 10 });
        expect(stored).toEqual(winners[0]?.events);
      });

      it("accepts the same commit again without a further effect", async () => {
        const run = await new TestRun().create(ports.store);
        const commit = run.commit([RUNNING, text("a")], {
          effects: { wake: true, request_tools: [run.request("call-1")] },
        });
        await ports.store.commit(commit);
        await ports.store.commit(commit);
        expect(await ports.store.load(run.run_id)).toMatchObject({ version: run.version + 2 });
        expect(await depths()).toEqual({ runs: 2, tools: 1 });
      });

      it("accepts the same commit again after others, and after its lease went to another", async () => {
        const run = await new TestRun().create(ports.store);
        using worker = await LiveWorker.start(ports);
        const claim = await ports.lease.claim(run.run_id, worker.id);
        if (claim.status !== "claimed") throw new Error("nobody else holds the run");
        const commit = run.commit([RUNNING, text("a")], { fence: claim.fence });
        await ports.store.commit(commit);
        await ports.lease.claim(run.run_id, worker.id);
        const version = run.version + 2;
        const events = [event(run, version + 1)];
        await ports.store.commit({ ...run.commit([]), expected_version: version, events });
        await ports.store.commit(commit);
        expect(await ports.store.load(run.run_id)).toMatchObject({ version: version + 1 });
      });

      it("knows no run that was not created", async () => {
        const run = new TestRun();
        const commit = run.commit([], { expected_version: 1, snapshot: false });
        await expect(ports.store.commit({ ...commit, events: [event(run, 2)] })).rejects.toThrow(
          UnknownRunError,
        );
        expect(await ports.store.load(run.run_id)).toBeNull();
        expect(await ports.store.events(run.run_id, { after: 0, limit: 10 })).toBeNull();
      });

      it("keeps a list of events that is no run, and lists it nowhere", async () => {
        const ingestion = new TestRun({}, KNOWLEDGE_INGESTION);
        const commit = ingestion.commit([{ type: "knowledge.ingestion.started", data: { source: "docs" } }], {
          snapshot: false,
        });
        await ports.store.commit(commit);
        expect(await ports.store.events(KNOWLEDGE_INGESTION, { after: 0, limit: 10 })).toEqual(commit.events);
        expect((await ports.store.list({ limit: 10 })).runs).toEqual([]);
        await expect(ports.store.commit({ ...commit, events: [event(ingestion, 1)] })).rejects.toThrow(
          VersionConflict,
        );
      });
    });

    describe("a fence", () => {
      it("lets the holder of the lease commit, and nobody after it was lost", async () => {
        const run = await new TestRun().create(ports.store);
        using worker = await LiveWorker.start(ports);
        const claim = await ports.lease.claim(run.run_id, worker.id);
        if (claim.status !== "claimed") throw new Error("nobody else holds the run");
        await run.append(ports.store, [RUNNING], { fence: claim.fence });
        await ports.lease.claim(run.run_id, worker.id);
        const late = run.commit([text("late")], { fence: claim.fence, effects: { wake: true } });
        await expect(ports.store.commit(late)).rejects.toThrow(LeaseLost);
        expect(await ports.store.load(run.run_id)).toMatchObject({ version: run.version });
        expect(await depths()).toEqual({ runs: 1, tools: 0 });
      });

      it("tells a lost lease before a conflict", async () => {
        const run = await new TestRun().create(ports.store);
        const fence = { owner: "nobody" as WorkerId, epoch: 1 };
        const late = run.commit([text("late")], { fence });
        await run.append(ports.store, [RUNNING]);
        await expect(ports.store.commit(late)).rejects.toThrow(LeaseLost);
      });

      it("is void once the lease was given back with a commit", async () => {
        const run = await new TestRun().create(ports.store);
        using worker = await LiveWorker.start(ports);
        const claim = await ports.lease.claim(run.run_id, worker.id);
        if (claim.status !== "claimed") throw new Error("nobody else holds the run");
        await run.append(ports.store, [RUNNING], { fence: claim.fence, effects: { release: true } });
        const late = run.commit([text("late")], { fence: claim.fence });
        await expect(ports.store.commit(late)).rejects.toThrow(LeaseLost);
      });

      it("is not asked of tool results, approvals and cancels", async () => {
        const run = await new TestRun().create(ports.store);
        using worker = await LiveWorker.start(ports);
        await ports.lease.claim(run.run_id, worker.id);
        await run.append(ports.store, [text("from elsewhere")]);
        expect(await ports.store.load(run.run_id)).toMatchObject({ version: run.version });
      });
    });

    describe("the end of a run", () => {
      it("lets it expire with all that is stored", async () => {
        const run = await new TestRun().create(ports.store);
        await run.end(ports.store, 0.05);
        await expect.poll(() => ports.store.load(run.run_id)).toBeNull();
        expect(await ports.store.events(run.run_id, { after: 0, limit: 10 })).toBeNull();
        expect(await ports.store.list({ limit: 10 })).toEqual({ runs: [], next_cursor: null });
      });

      it("forgets its timer", async () => {
        const due_at = new Date().toISOString() as Timestamp;
        const run = await new TestRun().create(ports.store, { due_at });
        await run.append(ports.store, [COMPLETED], { effects: { due_at, expire_after_seconds: 60 } });
        expect(await ports.timers.fireDue(due_at, 10)).toBe(0);
      });
    });

    describe("heads", () => {
      it("tell how far each run has come, and leave out what is unknown", async () => {
        const [one, other] = [
          await new TestRun().create(ports.store),
          await new TestRun().create(ports.store),
        ];
        await other.append(ports.store, [RUNNING, text("a")], { snapshot: false });
        const heads = await ports.store.heads([one.run_id, newRunId(), other.run_id]);
        expect([...heads]).toEqual([
          [one.run_id, one.version],
          [other.run_id, other.version],
        ]);
        expect(await ports.store.heads([])).toEqual(new Map());
      });
    });

    describe("events", () => {
      it("are read in ranges", async () => {
        const run = await new TestRun().create(ports.store);
        await run.append(ports.store, texts(10 - run.version));
        const read = async (after: number, limit: number) =>
          (await ports.store.events(run.run_id, { after, limit }))?.map(({ seq }) => seq);
        expect(await read(0, 3)).toEqual([1, 2, 3]);
        expect(await read(8, 3)).toEqual([9, 10]);
        expect(await read(10, 3)).toEqual([]);
        expect(await read(99, 3)).toEqual([]);
      });
    });
  });
}

function event(run: TestRun, seq: number): RunEvent {
  return {
    id: randomUUID() as EventId,
    run_id: run.run_id,
    seq,
    ts: new Date().toISOString() as Timestamp,
    ...text("from elsewhere"),
  } as RunEvent;
}
