import { cpuSeconds } from "./usage.ts";

/** Something that does W: one run, from its start to the moment its client knows that it has ended. */
export interface Contender extends AsyncDisposable {
  readonly name: string;
  /** Its processes, by what they are; the client's is this one. */
  readonly pids: ReadonlyMap<string, number>;
  readonly redis_url: string;
  /** Throws when the run did not end as it should. */
  run(): Promise<void>;
}

/** What a stretch of load came to. */
export interface Stretch {
  readonly runs: number;
  readonly runs_per_second: number;
  /** CPU time per run in ms, by process, the client's included. */
  readonly cpu_ms: ReadonlyMap<string, number>;
}

/** Keeps so many runs in flight for a while, and brings them to an end. */
export async function load(
  contender: Contender,
  { in_flight, seconds }: { readonly in_flight: number; readonly seconds: number },
): Promise<Stretch> {
  const pids = [...contender.pids, ["client", process.pid] as const];
  const before = pids.map(([, pid]) => cpuSeconds(pid));
  const started = performance.now();
  const until = started + seconds * 1000;
  let runs = 0;
  const lane = async () => {
    do {
      await contender.run();
      runs += 1;
    } while (performance.now() < until);
  };
  await Promise.all(Array.from({ length: in_flight }, lane));
  const runs_per_second = (runs * 1000) / (performance.now() - started);
  const used = pids.map(([name, pid], index) => {
    const cpu_ms = ((cpuSeconds(pid) - (before[index] ?? 0)) * 1000) / runs;
    return [name, cpu_ms] as const;
  });
  return { runs, runs_per_second, cpu_ms: new Map(used) };
}

/** What each of so many runs takes, one after the other, in ms. */
export async function latencies(contender: Contender, runs: number): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let count = 0; count < runs; count += 1) {
    const started = performance.now();
    await contender.run();
    taken.push(performance.now() - started);
  }
  return taken;
}

/** A B C A B C …: what else the machine does meanwhile happens to all. The samples by contender, round by round. */
export async function alternate<T>(
  contenders: readonly Contender[],
  rounds: number,
  measure: (contender: Contender) => Promise<T>,
): Promise<ReadonlyMap<Contender, readonly T[]>> {
  const samples = new Map<Contender, T[]>(contenders.map((contender) => [contender, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [contender, taken] of samples) taken.push(await measure(contender));
  }
  return samples;
}
