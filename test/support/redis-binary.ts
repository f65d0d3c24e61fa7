import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const APT_LIMIT_MS = 5 * 60_000;
const SERVICE_POLICY = "/usr/sbin/policy-rc.d";

const HOW_TO_GET_IT =
  "the tests need a real Redis: install redis-server (Debian/Ubuntu: apt-get install redis-server, " +
  "macOS: brew install redis) or point REDIS_URL at one that may be filled with test data";

/** Makes `redis-server` available on PATH: as root on Debian by installing it, anywhere else by asking for it. */
export async function ensureRedisBinary(): Promise<void> {
  if (await hasRedisBinary()) return;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) throw new Error(HOW_TO_GET_IT);

  console.error("baton: installing Debian's redis-server for the tests (apt-get), once");
  try {
    await withoutStartingServices(async () => {
      await aptGet("update", "-qq");
      await aptGet("install", "-y", "-qq", "--no-install-recommends", "redis-server");
    });
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

async function aptGet(...args: string[]): Promise<void> {
  await run("apt-get", ["-o", "DPkg::Lock::Timeout=120", ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    timeout: APT_LIMIT_MS,
    maxBuffer: 2 ** 24,
  });
}

/** Debian starts a service as soon as it is installed, unless this policy script says no. */
async function withoutStartingServices(install: () => Promise<void>): Promise<void> {
  const policyIsOurs = !existsSync(SERVICE_POLICY);
  if (policyIsOurs) await writeFile(SERVICE_POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    await install();
  } finally {
    if (policyIsOurs) await rm(SERVICE_POLICY, { force: true });
  }
}
