import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { endWithThisProcess } from "./children.ts";

/** What the compose stack gives its Redis. */
const SETTINGS = path.join(import.meta.dirname, "../../infra/redis.conf");
const READY = "Ready to accept connections";
const START_LIMIT_MS = 20_000;
const START_TRIES = 5;

/**
 * A private Redis on a free loopback port with the settings of the compose stack. It may be killed,
 * paused and restarted without disturbing other tests; `stop` ends it and removes its data.
 */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly #directory: string;
  readonly #settings: Readonly<Record<string, string>>;
  #child: ChildProcess | null = null;

  constructor(port: number, directory: string, settings: Readonly<Record<string, string>>) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}/0`;
    this.#directory = directory;
    this.#settings = settings;
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error(`the Redis on port ${this.port} is not running`);
    return this.#child.pid;
  }

  /** Resolves when it serves, with what its append-only file holds. Starts it again after `kill` or `shutdown`. */
  async start(): Promise<void> {
    if (this.#child !== null) throw new Error(`the Redis on port ${this.port} is running already`);
    const settings = {
      port: String(this.port),
      bind: "127.0.0.1",
      dir: this.#directory,
      ...this.#settings,
    };
    const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    const child = spawn("redis-server", [SETTINGS, ...options], { stdio: ["ignore", "pipe", "inherit"] });
    endWithThisProcess(child);
    child.once("exit", () => {
      if (this.#child === child) this.#child = null;
    });
    this.#child = child;
    await untilReady(child);
  }

  /** What redis-cli answers to a command, as text. */
  async command(...args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)("redis-cli", ["-p", String(this.port), ...args]);
    return stdout.trim();
  }

  /** As a power cut does it: kill -9, nothing flushed. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** As an operator does it: everything is on disk before it exits. */
  async shutdown(): Promise<void> {
    await this.#end("SIGTERM");
  }

  async restart(): Promise<void> {
    await this.shutdown();
    await this.start();
  }

  /** Accepts connections but answers nobody, until `resume`. */
  pause(): void {
    process.kill(this.pid, "SIGSTOP");
  }

  resume(): void {
    process.kill(this.pid, "SIGCONT");
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }
}

/**
 * Starts a private Redis of your own; whoever calls it calls `stop` (or says `await using`).
 * `settings` are redis.conf directives, e.g. `{ maxmemory: "20mb" }`.
 */
export async function startRedisServer(
  settings: Readonly<Record<string, string>> = {},
): Promise<RedisServer> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "baton-redis-"));
  for (let attempt = 1; ; attempt += 1) {
    const server = new RedisServer(await freePort(), directory, settings);
    try {
      await server.start();
      return server;
    } catch (error) {
      // Somebody else may have taken the port in between.
      if (attempt < START_TRIES) continue;
      await server.stop();
      throw error;
    }
  }
}

async function untilReady(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new TypeError("redis-server was started without its output");
  const lines: string[] = [];
  const timer = setTimeout(() => child.kill("SIGKILL"), START_LIMIT_MS);
  const failed = new Promise<never>((_, reject) => {
    child.once("error", (error) => reject(new Error("redis-server could not be started", { cause: error })));
    child.once("exit", () => reject(new Error(`redis-server ended at start:\n${lines.join("\n")}`)));
  });
  const output = createInterface({ input: child.stdout });
  const ready = new Promise<void>((resolve) => {
    // Keeps reading after that too: a server whose output nobody reads would block.
    output.on("line", (line) => {
      if (line.includes(READY)) resolve();
      else if (lines.length < 100) lines.push(line);
    });
  });
  try {
    await Promise.race([ready, failed]);
  } finally {
    clearTimeout(timer);
    failed.catch(() => undefined);
  }
}

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new TypeError("a TCP server has a port");
  return address.port;
}
