import { throughSse } from "./api.ts";
import { ApiClient } from "./api-client.ts";
import { Baton } from "./baton.ts";
import { load } from "./contender.ts";
import { Frames } from "./frames.ts";
import { heapAfterGc, youngGeneration } from "./heap.ts";
import { inLanes, until } from "./lanes.ts";
import { startModel } from "./model.ts";
import { quantile } from "./quantile.ts";
import type { Sizes } from "./sizes.ts";
import { figure, type Table } from "./table.ts";
import { rssMiB } from "./usage.ts";

/** Each live run says something this often. */
const EVERY_MS = 1000;
const MESSAGE = "Tell me a long story about a lighthouse keeper.";
const CONNECTING_AT_ONCE = 50;
const CONNECT_LIMIT_MS = 60_000;
const SETTLE_MS = 2000;

/** Many SSE clients of one API process that watch live runs: how soon each event arrives, and what a client costs. */
export async function measureWatchers(sizes: Sizes): Promise<readonly Table[]> {
  const { watchers, watched_runs, watch_seconds } = sizes;
  // Longer than everything here: the runs are cut off at the end.
  await using model = await startModel(1000, EVERY_MS);
  await using baton = await Baton.start({
    env: { ...model.env, WORKER_CONCURRENCY: String(watched_runs) },
    node_options: ["--inspect=127.0.0.1:0"],
  });
  const client = new ApiClient(baton.url);
  try {
    const runs = await Promise.all(
      Array.from({ length: watched_runs }, async () => (await client.start(MESSAGE)).run_id),
    );
    await warmUp(baton, sizes);
    const before = await memoryOf(baton);

    let connected = 0;
    let measuring = false;
    const delays: number[] = [];
    const watch = (run_id: string) => {
      let heard = false;
      const frames = new Frames((event) => {
        if (!heard) connected += 1;
        heard = true;
        if (measuring && event.type === "output.chunk") delays.push(Date.now() - Date.parse(event.ts));
      });
      return client.follow(run_id, (text) => frames.push(text));
    };
    const watching: Promise<unknown>[] = [];
    await inLanes(Array(watchers).keys(), CONNECTING_AT_ONCE, async (index) => {
      const already = connected;
      // They end when the connections are dropped, which is an error to each.
      watching.push(watch(runs[index % runs.length] ?? "").catch(() => undefined));
      await until(async () => connected > already, 5, CONNECT_LIMIT_MS);
    });
    await until(async () => connected === watchers, 20, CONNECT_LIMIT_MS);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    measuring = true;
    await new Promise((resolve) => setTimeout(resolve, watch_seconds * 1000));
    measuring = false;
    const after = await memoryOf(baton);
    const perClient = (MiB: number) => figure((MiB * 1024) / watchers);
    client.close();
    await Promise.all(watching);
    return [
      {
        title: `${figure(watchers)} SSE clients of one API process, watching ${watched_runs} live runs`,
        columns: [
          "events delivered per s",
          "delay p50 ms",
          "p99 ms",
          "memory per client, KiB",
          "of it JavaScript objects",
          "native",
          "young generation",
        ],
        rows: [
          [
            figure(delays.length / watch_seconds),
            figure(quantile(delays, 0.5)),
            figure(quantile(delays, 0.99)),
            perClient(after.rss - before.rss),
            perClient(after.used - before.used),
            perClient(after.native - before.native),
            perClient(after.young - before.young),
          ],
        ],
        note:
          "Delay: from the event's time stamp, before it is committed, to the client's having parsed it; all clients " +
          "are one process on the same machine. Memory: RSS of the API beyond what it was without clients, after a " +
          "garbage collection each time; what V8 holds for new objects grows with the load, for clients of any " +
          `kind, and not with their number. The clients watched for ${watch_seconds} s.`,
      },
    ];
  } finally {
    client.close();
  }
}

/** MiB, after a garbage collection. */
interface Memory {
  readonly rss: number;
  /** Of it: objects of the heap, what is held for new ones, and the rest. */
  readonly used: number;
  readonly young: number;
  readonly native: number;
}

async function memoryOf({ api }: Baton): Promise<Memory> {
  const used = await heapAfterGc(api);
  // What was freed is given back a little later.
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const young = await youngGeneration(api);
  const rss = rssMiB(api.pid);
  return { rss, used, young, native: rss - used - young };
}

/** What the API needs once, whoever watches, is not the clients' cost. */
async function warmUp(baton: Baton, { in_flight, warm_up_seconds }: Sizes): Promise<void> {
  const client = new ApiClient(baton.url);
  const list = { ...throughSse(baton), run: async () => void (await client.get("/runs?limit=50")) };
  await load(list, { in_flight, seconds: warm_up_seconds });
  client.close();
}
