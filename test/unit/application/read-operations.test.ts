import { beforeEach, describe, expect, it } from "vitest";
import { MemoryAdmission } from "../../../adapters/memory/admission.ts";
import { MemoryDatabase } from "../../../adapters/memory/database.ts";
import { MemoryRunStore } from "../../../adapters/memory/run-store.ts";
import { MemoryThroughput } from "../../../adapters/memory/throughput.ts";
import { MemoryWorkQueue } from "../../../adapters/memory/work-queue.ts";
import { MemoryWorkerRegistry } from "../../../adapters/memory/worker-registry.ts";
import { ReadOperations } from "../../../application/read-operations.ts";
import { ReadRuns } from "../../../application/read-runs.ts";
import type { WorkerId } from "../../../domain/ids.ts";
import type { RunQueue } from "../../../domain/ports/run-queue.ts";
import type { ToolQueue } from "../../../domain/ports/tool-queue.ts";
import type { WorkQueue } from "../../../domain/ports/work-queue.ts";
import { entryOf } from "../../contract/live-worker.ts";
import { newRunId, TestRun } from "../../contract/test-run.ts";

const WORKER = "worker-1" as WorkerId;

describe("how a deployment is doing", () => {
  let store: MemoryRunStore;
  let run_queue: RunQueue;
  let tool_queue: ToolQueue;
  let operations: ReadOperations;
  let registry: MemoryWorkerRegistry;

  beforeEach(() => {
    const db = new MemoryDatabase();
    store = new MemoryRunStore(db);
    registry = new MemoryWorkerRegistry(db);
    run_queue = new MemoryWorkQueue(db, db.run_queue, WORKER);
    tool_queue = new MemoryWorkQueue(db, db.tool_queue, WORKER);
    operations = new ReadOperations({
      runs: new ReadRuns(store),
      registry,
      run_queue,
      tool_queue,
      admission: new MemoryAdmission(db),
      throughput: new MemoryThroughput(db),
    });
  });

  const bury = async <Message>(queue: WorkQueue<Message>, reason: string) => {
    const [delivery] = await queue.receive({ count: 1, wait_ms: 0, signal: new AbortController().signal });
    if (!delivery) throw new Error("nothing is queued");
    await queue.bury(delivery, reason);
  };

  it("is told by who works, what waits and what comes and goes", async () => {
    await registry.renew(entryOf(WORKER));
    const run = await new TestRun().create(store);
    await (await new TestRun().create(store)).end(store);
    await run.requestTools(store, "call-1");
    const told = await operations.execute(null);
    expect(told.workers).toMatchObject([{ worker_id: WORKER, kind: "workflow" }]);
    expect(told.queues).toMatchObject({ runs: { backlog: 2 }, tools: { backlog: 1, dead: 0 } });
    expect(told.active_runs).toBe(1);
    expect(told.throughput).toHaveLength(15);
    expect(told.throughput.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(2);
    expect(told.throughput.reduce((sum, { ended }) => sum + ended, 0)).toBe(1);
  });

  it("is told by what was given up on, without the arguments", async () => {
    const run = await new TestRun().create(store);
    await run.requestTools(store, "call-1");
    await bury(run_queue, "it killed its workers");
    await bury(tool_queue, "delivered too often");
    const { dead_letters } = await operations.execute(null);
    expect(dead_letters).toHaveLength(2);
    expect(dead_letters).toContainEqual({
      queue: "tools",
      run_id: run.run_id,
      call_id: "call-1",
      tool_name: "calculator",
      reason: "delivered too often",
      at: expect.any(String),
    });
    expect(dead_letters).toContainEqual(
      expect.objectContaining({ queue: "runs", run_id: run.run_id, reason: "it killed its workers" }),
    );
  });

  it("shows a tenant what is its own", async () => {
    const own = await new TestRun({ tenant_id: "acme" }).create(store);
    await new TestRun({ tenant_id: "other" }, newRunId()).create(store);
    await bury(run_queue, "poison");
    await bury(run_queue, "poison");
    expect(await operations.execute("acme")).toMatchObject({
      active_runs: 1,
      dead_letters: [{ run_id: own.run_id }],
    });
    expect(await operations.execute("nobody")).toMatchObject({ active_runs: 0, dead_letters: [] });
  });
});
