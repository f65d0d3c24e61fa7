import { throughSse, throughWaiting } from "./api.ts";
import { Baton } from "./baton.ts";
import { commandsOf } from "./commands.ts";
import { alternate, type Contender, latencies, load, type Stretch } from "./contender.ts";
import { throughPorts } from "./engine.ts";
import { startLimit } from "./limit.ts";
import { startPeer } from "./peer.ts";
import { median, quantile } from "./quantile.ts";
import { recordTransitions } from "./record.ts";
import type { Sizes } from "./sizes.ts";
import { figure, ratio, type Table } from "./table.ts";
import { rssMiB } from "./usage.ts";

/** Runs after each other whose commands are counted. */
const COUNTED = 10;
/** What the API has subscribed to for a client that has left, it holds for a moment: that is no other client's cost. */
const LINGERING_MS = 1000;

/** W through the API and through the ports, beside the limit and the peer, in the same minutes. */
export async function measureW(sizes: Sizes): Promise<readonly Table[]> {
  await using baton = await Baton.start();
  const transitions = await recordTransitions(baton);
  await using limit = await startLimit(transitions);
  await using peer = await startPeer();
  await using ports = throughPorts(baton);
  await using waiting = throughWaiting(baton);
  await using sse = throughSse(baton);
  const contenders = [limit, peer, ports, waiting, sse];

  const { in_flight, rounds, seconds } = sizes;
  await alternate(contenders, 1, (one) => load(one, { in_flight, seconds: sizes.warm_up_seconds }));
  const stretches = await alternate(contenders, rounds, (one) => load(one, { in_flight, seconds }));
  const taken = await alternate(contenders, rounds, (one) => latencies(one, sizes.sequential));
  const memory = memoryTable(baton);
  await new Promise((resolve) => setTimeout(resolve, LINGERING_MS));
  const commands = new Map<Contender, string>();
  for (const one of contenders) commands.set(one, await commandsPerRun(one));

  const speedsOf = (one: Contender) => (stretches.get(one) ?? []).map((each) => each.runs_per_second);
  // Of the same round each time: the machine is not as fast in every minute.
  const beside = (one: Contender, other: Contender) => {
    const others = speedsOf(other);
    return ratio(median(speedsOf(one).map((speed, round) => speed / (others[round] ?? Number.NaN))));
  };
  const timesOf = (one: Contender) => (taken.get(one) ?? []).flat();
  const p50Of = (one: Contender) => quantile(timesOf(one), 0.5);
  return [
    {
      title: `W, ${in_flight} in flight`,
      columns: ["", "runs/s", "÷ limit", "÷ BullMQ", "CPU ms per run", "Redis commands per run"],
      rows: contenders.map((one) => [
        one.name,
        figure(median(speedsOf(one))),
        beside(one, limit),
        beside(one, peer),
        figure(cpuOf(stretches.get(one) ?? [])),
        commands.get(one) ?? "",
      ]),
      note:
        `Medians of ${rounds} rounds of ${seconds} s, in turns; ratios are those of each round. A real W stores ` +
        `${transitions.map((events) => events.length).join(" + ")} events in ${transitions.length} transitions. ` +
        "CPU: all processes, Redis and the client included. Commands: sent by clients + made by scripts.",
    },
    {
      title: "W, 1 in flight",
      columns: ["", "p50 ms", "p95 ms", "p99 ms", "p50 ÷ limit's"],
      rows: contenders.map((one) => [
        one.name,
        ...[0.5, 0.95, 0.99].map((share) => figure(quantile(timesOf(one), share))),
        ratio(p50Of(one) / p50Of(limit)),
      ]),
      note: `${rounds} × ${sizes.sequential} runs each, in turns.`,
    },
    {
      title: "Where the CPU time of W goes",
      columns: ["ms per run", ...PROCESSES],
      rows: contenders.map((one) => [
        one.name,
        ...PROCESSES.map((process) => cpuOfProcess(stretches.get(one) ?? [], process)),
      ]),
    },
    memory,
  ];
}

const PROCESSES = ["client", "api", "workflow-worker", "tool-worker", "redis"] as const;

function cpuOf(stretches: readonly Stretch[]): number {
  return median(stretches.map(({ cpu_ms }) => [...cpu_ms.values()].reduce((sum, ms) => sum + ms, 0)));
}

/** There may be several of a kind, numbered. */
function cpuOfProcess(stretches: readonly Stretch[], process: string): string {
  const samples = stretches.map(({ cpu_ms }) =>
    [...cpu_ms].filter(([name]) => name.startsWith(process)).map(([, ms]) => ms),
  );
  if (samples.every((ms) => ms.length === 0)) return "";
  return figure(median(samples.map((all) => all.reduce((sum, ms) => sum + ms, 0))));
}

function memoryTable({ pids }: Baton): Table {
  return {
    title: "Memory of Baton's processes after that",
    columns: ["process", "MiB"],
    rows: [...pids].map(([name, pid]) => [name, figure(rssMiB(pid))]),
  };
}

async function commandsPerRun(contender: Contender): Promise<string> {
  const { sent, in_scripts } = await commandsOf(contender.redis_url, () => latencies(contender, COUNTED));
  const all = [...sent.values()].reduce((sum, count) => sum + count, 0);
  return `${figure(all / COUNTED)} + ${figure(in_scripts / COUNTED)}`;
}
