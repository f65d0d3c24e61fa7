import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { canInstallPackages, installPackage } from "./debian-package.ts";

const run = promisify(execFile);

const HOW_TO_GET_IT =
  "the tests need a real Redis: install redis-server (Debian/Ubuntu: apt-get install redis-server, " +
  "macOS: brew install redis) or point REDIS_URL at one that may be filled with test data";

/** Makes `redis-server` available on PATH: as root on Debian by installing it, anywhere else by asking for it. */
export async function ensureRedisBinary(): Promise<void> {
  if (await hasRedisBinary()) return;
  if (!canInstallPackages()) throw new Error(HOW_TO_GET_IT);
  try {
    await installPackage("redis-server");
  } catch (error) {
    throw new Error(`${HOW_TO_GET_IT}; apt-get could not install it`, { cause: error });
  }
  if (!(await hasRedisBinary())) throw new Error(HOW_TO_GET_IT);
}

async function hasRedisBinary(): Promise<boolean> {
  try {
    await run("redis-server", ["--version"]);
    return true;
  } catch {
    return false;
  }
}
