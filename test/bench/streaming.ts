import { ApiClient } from "./api-client.ts";
import { Baton } from "./baton.ts";
import { commandsOf } from "./commands.ts";
import { Frames } from "./frames.ts";
import { startModel } from "./model.ts";
import { quantile } from "./quantile.ts";
import type { Sizes } from "./sizes.ts";
import { figure, type Table } from "./table.ts";
import { ageOf } from "./token-times.ts";

const EVERY_MS = 5;
/** A request that is about nothing but text: no tool, no document. */
const MESSAGE = "Tell me a long story about a lighthouse keeper.";

interface Streamed {
  /** Ms from the model's sending a token to the client's getting it. */
  readonly latencies: number[];
  events: number;
}

/** A model that streams quickly, on many runs at once, each watched over SSE. */
export async function measureStreaming({ streams, tokens }: Sizes): Promise<readonly Table[]> {
  await using model = await startModel(tokens, EVERY_MS);
  // The first answer takes a process longer than the rest: it is not what is measured.
  const env = { ...model.env, WORKER_CONCURRENCY: String(streams) };
  await using baton = await Baton.start({ env });
  const client = new ApiClient(baton.url);
  const stream = async (): Promise<Streamed> => {
    const streamed: Streamed = { latencies: [], events: 0 };
    const frames = new Frames((event) => {
      streamed.events += 1;
      if (event.type !== "output.chunk") return;
      for (const token of event.data.text.trim().split(/\s+/)) streamed.latencies.push(ageOf(Number(token)));
    });
    const { run_id } = await client.start(MESSAGE);
    await client.follow(run_id, (text) => frames.push(text));
    if (streamed.latencies.length !== tokens)
      throw new Error(`${streamed.latencies.length} of ${tokens} tokens came through run ${run_id}`);
    return streamed;
  };
  try {
    const started = performance.now();
    const alone = await stream();
    const alone_s = (performance.now() - started) / 1000;
    const all = await Promise.all(Array.from({ length: streams }, stream));
    let counted: Streamed | undefined;
    const { sent } = await commandsOf(baton.redis.url, async () => {
      counted = await stream();
    });
    const commands = [...sent.values()].reduce((sum, count) => sum + count, 0);
    const latencies = all.flatMap((one) => one.latencies);
    const at = (values: readonly number[], share: number) => figure(quantile(values, share));
    return [
      {
        title: `A model of ${figure(tokens)} tokens at ${1000 / EVERY_MS} tokens/s, on ${streams} runs at once`,
        columns: ["runs", "added latency per token, p50 ms", "p99 ms", "events stored per run"],
        rows: [
          [1, at(alone.latencies, 0.5), at(alone.latencies, 0.99), alone.events],
          [
            streams,
            at(latencies, 0.5),
            at(latencies, 0.99),
            figure(all.reduce((sum, { events }) => sum + events, 0) / all.length),
          ],
        ],
        note:
          `Redis commands per token: ${figure(commands / (counted?.latencies.length ?? Number.NaN))}. A token alone ` +
          `takes ${figure((alone_s * 1000) / tokens)} ms from the model; text is committed every 30 ms, so half of that is waiting.`,
      },
    ];
  } finally {
    client.close();
  }
}
