import { expect, it } from "vitest";
import { throughSse, throughWaiting } from "../bench/api.ts";
import { measureBacklog } from "../bench/backlog.ts";
import { Baton } from "../bench/baton.ts";
import { commandsOf } from "../bench/commands.ts";
import { throughPorts } from "../bench/engine.ts";
import { measureHistories } from "../bench/histories.ts";
import { measureKeptRuns } from "../bench/kept-runs.ts";
import { recordTransitions } from "../bench/record.ts";
import { measureWorkers } from "../bench/scale.ts";
import { TINY } from "../bench/sizes.ts";
import { soak } from "../bench/soak.ts";
import { measureStreaming } from "../bench/streaming.ts";
import { render } from "../bench/table.ts";
import { measureW } from "../bench/w.ts";
import { measureWatchers } from "../bench/watchers.ts";

/** The benchmark in sizes that say nothing about speed: it must run, and what it counts must hold. */

it.each([
  ["W beside the limit and the peer", measureW],
  ["more workers", measureWorkers],
  ["histories", measureHistories],
  ["a backlog", measureBacklog],
  ["watchers", measureWatchers],
  ["streaming", measureStreaming],
  ["kept runs", measureKeptRuns],
])("measures %s", { timeout: 120_000 }, async (_, measure) => {
  const tables = await measure(TINY);
  for (const table of tables) {
    for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
    expect(render(table)).not.toContain("–");
  }
});

it("takes a W apart into four commits, and sends for it what that takes and little more", async () => {
  await using baton = await Baton.start();
  const transitions = await recordTransitions(baton);
  expect(transitions).toHaveLength(4);
  expect(transitions.flat(2).join("")).toContain('"type":"run.completed"');
  for (const through of [throughPorts, throughWaiting, throughSse]) {
    await using client = through(baton);
    const { sent } = await commandsOf(baton.redis.url, client.run);
    // Four commits, two claims, one begin; a client that watches looks at the run, and workers poll.
    const scripts = (sent.get("evalsha") ?? 0) + (sent.get("eval") ?? 0);
    expect(scripts).toBeGreaterThanOrEqual(7);
    expect(scripts).toBeLessThanOrEqual(14);
  }
}, 60_000);

it("soaks, and finds Redis as it was when the runs have expired", { timeout: 120_000 }, async () => {
  const [first, second] = await soak({ samples: 2, load_seconds: 0.2, retention_seconds: 3.6 });
  expect(second?.runs).toBeGreaterThan(first?.runs ?? 0);
  // What the first stretch left in the lists, the second has cleared.
  expect(second?.listed).toBeLessThanOrEqual((second?.runs ?? 0) - (first?.runs ?? 0));
  expect([...(second?.heaps.keys() ?? [])]).toEqual(["api", "workflow-worker", "tool-worker"]);
});
