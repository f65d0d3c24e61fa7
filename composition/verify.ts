import "reflect-metadata";
import { Container } from "inversify";
import { verify } from "../adapters/cli/verify.ts";
import { ReadRuns } from "../application/read-runs.ts";
import { VerifyRuns } from "../application/verify-runs.ts";
import { runCommand } from "./command.ts";
import { redisModule } from "./modules/redis.ts";
import { systemModule } from "./modules/system.ts";
import { TOKENS } from "./tokens.ts";

await runCommand(async (config) => {
  const container = new Container();
  container.load(systemModule({ ...config, log_level: "error" }), redisModule("verify"));
  const store = container.get(TOKENS.store);
  try {
    return await verify(process.argv.slice(2), new VerifyRuns(store, new ReadRuns(store)));
  } finally {
    await container.get(TOKENS.redis).close();
  }
});
