import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { endWithThisProcess } from "../support/children.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;

/**
 * A process under measurement. Its output goes to a file, as a deployment's does: reading it here would be work
 * that counts as the measured one's.
 */
export class BenchProcess implements AsyncDisposable {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(name: string, child: ChildProcess, directory: string) {
    this.name = name;
    this.#child = child;
    this.#directory = directory;
    endWithThisProcess(child);
  }

  /** Starts `node script`; resolves when it has printed `ready`. `node_options` come before the script. */
  static async start(
    script: string,
    env: Readonly<Record<string, string>>,
    ready: string,
    node_options: readonly string[] = [],
  ): Promise<BenchProcess> {
    const directory = await mkdtemp(path.join(os.tmpdir(), "baton-bench-"));
    const output = openSync(path.join(directory, "output"), "w");
    const child = spawn(process.execPath, [...node_options, script], {
      cwd: ROOT,
      env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...env },
      stdio: ["ignore", output, output],
    });
    closeSync(output);
    const started = new BenchProcess(path.basename(script, ".ts"), child, directory);
    await started.#printed(ready);
    return started;
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.name} is not running`);
    return this.#child.pid;
  }

  /** All that it has printed so far. */
  get output(): string {
    return readFileSync(path.join(this.#directory, "output"), "utf8");
  }

  /** SIGTERM, and waits for the end. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end("SIGKILL");
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit", { signal: AbortSignal.timeout(STOP_LIMIT_MS) });
    this.#child.kill(signal);
    await exited;
  }

  async #printed(text: string): Promise<void> {
    const limit = performance.now() + START_LIMIT_MS;
    while (!this.output.includes(text)) {
      if (this.#child.exitCode !== null || performance.now() > limit) {
        throw new Error(`${this.name} has not printed "${text}":\n${this.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
