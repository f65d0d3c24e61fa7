import { expect, it } from "vitest";
import { MemoryDatabase } from "../../../adapters/memory/database.ts";
import { MemoryRunStore } from "../../../adapters/memory/run-store.ts";
import { TestRun } from "../../contract/test-run.ts";

it("keeps the runs that ended last, and every run that has not ended", async () => {
  const store = new MemoryRunStore(new MemoryDatabase({ kept_runs: 2 }));
  const active = await new TestRun().create(store);
  const runs = await Promise.all(Array.from({ length: 4 }, () => new TestRun().create(store)));
  for (const run of runs) await run.end(store);

  const found = await Promise.all([active, ...runs].map(({ run_id }) => store.load(run_id)));
  expect(found.map((run) => run !== null)).toEqual([true, false, false, true, true]);
});
