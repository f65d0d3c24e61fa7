import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REPOSITORY } from "../support/planted-tree.ts";
import { freePort } from "../support/redis-server.ts";

const INSTALL_LIMIT_MS = 5 * 60_000;
const NOT_IN_A_CLONE = ["node_modules", ".git", ".env", ".npm-ci.lock", "dist", "coverage"];
const INSTALLING = "installing dependencies (npm ci)";

/** A newcomer's machine: its own Node, npm, git; nothing that this test run was given. */
const NEWCOMER = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_|VITEST|NODE_|TEST|INIT_CWD|REDIS_URL)/i.test(name),
    ),
  ),
  PATH: (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((entry) => !entry.includes("node_modules"))
    .join(path.delimiter),
};

describe("in a fresh clone", { timeout: INSTALL_LIMIT_MS }, () => {
  let clone: string;
  let started: Command;
  let tested: Command;
  let port: number;

  beforeAll(async () => {
    clone = mkdtempSync(path.join(os.tmpdir(), "baton-clone-"));
    cpSync(REPOSITORY, clone, {
      recursive: true,
      filter: (file) => !NOT_IN_A_CLONE.includes(path.basename(file)),
    });
    expect(readdirSync(clone)).not.toContain("node_modules");

    port = await freePort();
    started = new Command(["start"], clone, { PORT: String(port) });
    tested = new Command(["test", "--", "test/architecture/file-size.test.ts"], clone);
  });

  afterAll(async () => {
    await Promise.all([started?.end(), tested?.end()]);
    rmSync(clone, { recursive: true, force: true });
    // Half a gigabyte of packages takes a busy machine a while to remove.
  }, INSTALL_LIMIT_MS);

  it("npm start alone installs and serves", async () => {
    expect(await healthOf(started, port)).toEqual({ status: "ok" });
  });

  it("npm test alone installs and passes", async () => {
    expect(await tested.exitCode, tested.output).toBe(0);
    expect(tested.output).toMatch(/Tests.*1 passed/);
  });

  it("two commands started at once install once", () => {
    expect((started.output + tested.output).split(INSTALLING)).toHaveLength(2);
  });

  it("the second npm start installs nothing", async () => {
    await started.end();
    started = new Command(["start"], clone, { PORT: String(port) });
    expect(await healthOf(started, port)).toEqual({ status: "ok" });
    expect(started.output).not.toContain(INSTALLING);
  });
});

/** One `npm …` of the newcomer, in a process group of its own, so that all of it can be ended. */
class Command {
  readonly exitCode: Promise<number | null>;
  output = "";
  readonly #child: ChildProcess;

  constructor(args: readonly string[], directory: string, env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn("npm", args, { cwd: directory, env: { ...NEWCOMER, ...env }, detached: true });
    this.#child.stdout?.on("data", (chunk) => {
      this.output += chunk;
    });
    this.#child.stderr?.on("data", (chunk) => {
      this.output += chunk;
    });
    this.exitCode = once(this.#child, "close").then(([code]) => code);
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async end(): Promise<void> {
    if (this.#child.pid !== undefined && !this.hasEnded) process.kill(-this.#child.pid, "SIGTERM");
    await this.exitCode;
  }
}

async function healthOf(command: Command, port: number): Promise<unknown> {
  const giveUpAt = Date.now() + INSTALL_LIMIT_MS;
  while (!command.hasEnded && Date.now() < giveUpAt) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2_000) });
      return await response.json();
    } catch {
      await sleep(100);
    }
  }
  throw new Error(`npm start never answered on port ${port}:\n${command.output}`);
}
