import { expect, it } from "vitest";
import { chaos } from "./chaos.ts";

/** Another mix on each day; the seed of a failure is in its output. */
const SEED = Math.floor(Date.now() / 86_400_000);

it("keeps every promise while processes die, hang and lose their connections", {
  timeout: 180_000,
}, async () => {
  const log: string[] = [`seed ${SEED}`];
  const report = await chaos({ seconds: 25, seed: SEED, say: (line) => log.push(line) });

  expect(report.violations, log.join("\n")).toEqual([]);
  expect(report.accepted, log.join("\n")).toBeGreaterThan(20);
  expect(report.turns, log.join("\n")).toBeGreaterThan(10);
  expect(report.ended.completed, log.join("\n")).toBeGreaterThan(0);
});
