import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { endWithThisProcess } from "./children.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 20_000;

/** Processes of Baton that go on until they are told to stop, by their file in `composition/`. */
export const ENTRIES = ["api", "workflow-worker", "tool-worker", "local", "frontend"] as const;

/** What processes keep for the next one, unless a test has its own place for it: not with what people keep. */
const CACHE_DIR = mkdtempSync(path.join(os.tmpdir(), "baton-cache-"));

process.on("exit", () => rmSync(CACHE_DIR, { recursive: true, force: true }));

/** One line of a process's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string; readonly level: string };

/** A process of Baton, started from its entry in `composition/` as npm does, that a test may kill or pause. */
export class BatonProcess implements AsyncDisposable {
  readonly lines: LogLine[] = [];
  readonly #child: ChildProcess;
  readonly #name: string;

  private constructor(name: string, child: ChildProcess) {
    this.#name = name;
    this.#child = child;
    endWithThisProcess(child);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on("line", (line) => this.lines.push(parse(line)));
    }
  }

  /** Resolves when the process has logged `ready`. */
  static async start(
    entry: (typeof ENTRIES)[number],
    env: Readonly<Record<string, string>>,
    ready: string,
  ): Promise<BatonProcess> {
    return BatonProcess.#run(entry, [process.execPath, `composition/${entry}.ts`], env, ready);
  }

  /** As a person or a process manager starts it: what gets the signals is npm. */
  static async startByNpm(
    script: "start" | "api" | "workflow-worker" | "tool-worker",
    env: Readonly<Record<string, string>>,
    ready: string,
  ): Promise<BatonProcess> {
    return BatonProcess.#run(script, ["npm", "run", script], env, ready);
  }

  static async #run(
    name: string,
    [command, ...args]: readonly [string, ...string[]],
    env: Readonly<Record<string, string>>,
    ready: string,
  ): Promise<BatonProcess> {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH ?? "",
        HOME: process.env.HOME ?? "",
        LOG_LEVEL: "info",
        CACHE_DIR,
        // Set by infra/bootstrap.mjs.
        ...(process.env.NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const started = new BatonProcess(name, child);
    await started.logged(ready);
    return started;
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.#name} is not running`);
    return this.#child.pid;
  }

  /** The first line with that fact, waiting for it while the process lives. */
  async logged(fact: string): Promise<LogLine> {
    const limit = performance.now() + START_LIMIT_MS;
    for (;;) {
      const line = this.lines.find(({ msg }) => msg === fact);
      if (line !== undefined) return line;
      if (this.#child.exitCode !== null || performance.now() > limit) {
        throw new Error(
          `${this.#name} has not logged "${fact}":\n${this.lines.map((l) => JSON.stringify(l)).join("\n")}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** SIGTERM, as a deployment does it; resolves with the exit code. */
  async stop(): Promise<number | null> {
    await this.#end("SIGTERM");
    return this.#child.exitCode;
  }

  pause(): void {
    this.#child.kill("SIGSTOP");
  }

  resume(): void {
    this.#child.kill("SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit", { signal: AbortSignal.timeout(STOP_LIMIT_MS) });
    this.#child.kill(signal);
    await exited;
  }
}

/** Logs are JSON; whatever else a process prints is kept as a line too. */
function parse(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { level: "error", msg: line };
  }
}
