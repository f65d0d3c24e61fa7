import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { ENTRIES } from "./baton-process.ts";
import { tryToHaveChromium } from "./chromium.ts";
import { ensureRedisBinary } from "./redis-binary.ts";
import { startRedisServer } from "./redis-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A real Redis that all test files share: REDIS_URL, or one started for this test run. */
    redisUrl: string;
  }
}

const COMPOSITION = path.join(import.meta.dirname, "../../composition");

/**
 * Processes find their code compiled (infra/bootstrap.mjs), which most of those that tests start do not live to keep:
 * what is killed keeps nothing.
 */
async function compileEntries(): Promise<void> {
  const imports = ENTRIES.map((entry) => `import ${JSON.stringify(path.join(COMPOSITION, `${entry}.ts`))};`);
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", imports.join("\n")]);
}

/** vitest's global setup: a browser where it can be had, and a real Redis before the first test, gone after the last. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  await compileEntries();
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
