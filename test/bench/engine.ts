import { apiContainer } from "../../composition/api.ts";
import { readConfig } from "../../composition/config.ts";
import { TOKENS } from "../../composition/tokens.ts";
import type { Baton } from "./baton.ts";
import type { Contender } from "./contender.ts";
import { MESSAGE } from "./workload.ts";

/** W by the engine alone: the run is put in and awaited through the ports of this process, without HTTP. */
export function throughPorts({ env, pids, redis }: Baton): Contender {
  const container = apiContainer(readConfig({ ...env, LOG_LEVEL: "error" }));
  const awaitRun = container.get(TOKENS.awaitRun);
  const over = new AbortController();
  const started = { message: MESSAGE, mode: "answer", tenant_id: "default", user_id: "anonymous" } as const;
  return {
    name: "Baton, ports",
    pids: new Map([...pids].filter(([name]) => name !== "api")),
    redis_url: redis.url,
    async run() {
      const { summary } = await awaitRun.execute(started, over.signal);
      if (summary.status !== "completed") throw new Error(`run ${summary.run_id} is ${summary.status}`);
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      await container.get(TOKENS.redis).close();
    },
  };
}
