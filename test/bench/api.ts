import { ApiClient } from "./api-client.ts";
import type { Baton } from "./baton.ts";
import type { Contender } from "./contender.ts";
import { MESSAGE } from "./workload.ts";

/** W through the API: `POST /runs`, then the run's events to the last one. */
export function throughSse({ url, pids, redis }: Baton): Contender {
  const client = new ApiClient(url);
  return {
    name: "Baton, HTTP + SSE",
    pids,
    redis_url: redis.url,
    async run() {
      const { run_id } = await client.start(MESSAGE);
      await client.untilCompleted(run_id);
    },
    [Symbol.asyncDispose]: async () => client.close(),
  };
}

/** W through the API: `POST /runs` with `Prefer: wait`. */
export function throughWaiting({ url, pids, redis }: Baton): Contender {
  const client = new ApiClient(url);
  return {
    name: "Baton, `Prefer: wait`",
    pids,
    redis_url: redis.url,
    async run() {
      const { final_text } = await client.start(MESSAGE, { prefer: "wait=60" });
      if (!final_text?.includes("49")) throw new Error(`unexpected answer: ${final_text}`);
    },
    [Symbol.asyncDispose]: async () => client.close(),
  };
}
