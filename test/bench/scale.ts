import { Baton } from "./baton.ts";
import { load } from "./contender.ts";
import { throughPorts } from "./engine.ts";
import { median } from "./quantile.ts";
import type { Sizes } from "./sizes.ts";
import { figure, ratio, type Table } from "./table.ts";

/** W by the engine alone, with more and more workers of each kind: do they get in each other's way? */
export async function measureWorkers(sizes: Sizes): Promise<readonly Table[]> {
  const { in_flight, seconds, rounds, warm_up_seconds } = sizes;
  const speeds: (readonly [workers: number, runs_per_second: number])[] = [];
  for (const workers of sizes.workers) {
    await using baton = await Baton.start({ workflow_workers: workers, tool_workers: workers });
    await using ports = throughPorts(baton);
    await load(ports, { in_flight, seconds: warm_up_seconds });
    const taken: number[] = [];
    for (let round = 0; round < rounds; round += 1)
      taken.push((await load(ports, { in_flight, seconds })).runs_per_second);
    speeds.push([workers, median(taken)]);
  }
  const [, alone] = speeds[0] ?? [0, Number.NaN];
  return [
    {
      title: "W with more workers",
      columns: ["workers of each kind", "runs/s", "÷ one of each kind"],
      rows: speeds.map(([workers, speed]) => [workers, figure(speed), ratio(speed / alone)]),
      note: "By the engine alone, through the ports. More processes than cores can only show what they cost.",
    },
  ];
}
