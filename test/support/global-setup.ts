import type { TestProject } from "vitest/node";
import { tryToHaveChromium } from "./chromium.ts";
import { ensureRedisBinary } from "./redis-binary.ts";
import { startRedisServer } from "./redis-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A real Redis that all test files share: REDIS_URL, or one started for this test run. */
    redisUrl: string;
  }
}

/** vitest's global setup: a browser where it can be had, and a real Redis before the first test, gone after the last. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  await tryToHaveChromium();
  await ensureRedisBinary();
  const given = process.env.REDIS_URL;
  if (given) {
    project.provide("redisUrl", given);
    return undefined;
  }
  const server = await startRedisServer();
  project.provide("redisUrl", server.url);
  return () => server.stop();
}
