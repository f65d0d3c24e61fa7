import { expect, it } from "vitest";
import type { Operations } from "../../../adapters/web/src/api/types.ts";
import { warningsOf } from "../../../adapters/web/src/operations/warnings.ts";
import type { Timestamp, WorkerId } from "../../../domain/ids.ts";

const IDLE = { backlog: 0, pending: 0, dead: 0, oldest_seconds: null };
const worker = (kind: "workflow" | "tool") => ({
  worker_id: kind as WorkerId,
  kind,
  started_at: "2026-01-01T00:00:00.000Z" as Timestamp,
  ttl_seconds: 5,
});
const well: Operations = {
  workers: [worker("workflow"), worker("tool")],
  queues: { runs: IDLE, tools: IDLE },
  dead_letters: [],
  active_runs: 3,
  throughput: [],
};

it("says nothing while all is well, also when calls take long", () => {
  const executing = { ...IDLE, backlog: 2, pending: 2, oldest_seconds: 600 };
  expect(warningsOf({ ...well, queues: { runs: IDLE, tools: executing } })).toEqual([]);
});

it.each([
  ["workflow", "No workflow worker is alive: 3 runs wait until one is."],
  ["tool", "No tool worker is alive: runs that need tools wait until one is."],
])("says when no %s worker is alive", (kind, warning) => {
  const workers = well.workers.filter((alive) => alive.kind !== kind);
  expect(warningsOf({ ...well, workers })).toEqual([warning]);
});

it.each([
  ["runs", "Wake-ups wait long: the workflow workers do not keep up."],
  ["tools", "Tool calls wait long: the tool workers do not keep up."],
])("says when the queue of %s is not kept up with", (queue, warning) => {
  const waiting = { ...IDLE, backlog: 5, pending: 4, oldest_seconds: 31 };
  expect(warningsOf({ ...well, queues: { ...well.queues, [queue]: waiting } })).toEqual([warning]);
});
