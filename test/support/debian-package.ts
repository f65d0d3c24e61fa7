import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const APT_LIMIT_MS = 5 * 60_000;
const SERVICE_POLICY = "/usr/sbin/policy-rc.d";

/** True where packages can be installed: as root on Debian and its kin. */
export function canInstallPackages(): boolean {
  return process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

/** Installs a package of Debian's; its services are not started. Rejects with what apt-get said. */
export async function installPackage(name: string): Promise<void> {
  console.error(`baton: installing Debian's ${name} for the tests (apt-get), once`);
  await withoutStartingServices(async () => {
    await aptGet("update", "-qq");
    await aptGet("install", "-y", "-qq", "--no-install-recommends", name);
  });
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
