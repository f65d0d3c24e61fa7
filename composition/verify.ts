import "reflect-metadata";
import { Container } from "inversify";
import { verify } from "../adapters/cli/verify.ts";
import { ReadRuns } from "../application/read-runs.ts";
import { VerifyRuns } from "../application/verify-runs.ts";
import { loadConfig } from "./config.ts";
import { redisModule } from "./modules/redis.ts";
import { systemModule } from "./modules/system.ts";
import { TOKENS } from "./tokens.ts";

const container = new Container();
container.load(systemModule({ ...loadConfig(), log_level: "error" }), redisModule("verify"));
const store = container.get(TOKENS.store);
try {
  process.exitCode = await verify(process.argv.slice(2), new VerifyRuns(store, new ReadRuns(store)));
} finally {
  await container.get(TOKENS.redis).close();
}
