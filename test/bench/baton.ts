import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type RedisServer, startRedisServer } from "../support/redis-server.ts";
import { BenchProcess } from "./bench-process.ts";

/** The documents of the bench: few, since W does not need them. */
const DOCUMENT = "# Leases\n\nA lease is the right to drive a run.\n";

export interface BatonOptions {
  readonly workflow_workers?: number;
  readonly tool_workers?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Options of Node for the processes of an entry, as `--cpu-prof`. */
  readonly node_options?: readonly string[];
}

/**
 * Baton distributed, as deployed: an API, workflow workers and tool workers as processes of their own, logging at
 * the default level, and a Redis with its append-only file.
 */
export class Baton implements AsyncDisposable {
  readonly redis: RedisServer;
  readonly #directory: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #node_options: readonly string[];
  #api: BenchProcess | null = null;
  #workers: BenchProcess[] = [];
  #url = "";

  private constructor(redis: RedisServer, directory: string, { env, node_options = [] }: BatonOptions) {
    this.redis = redis;
    this.#directory = directory;
    this.#node_options = node_options;
    this.#env = {
      BACKEND_MODE: "distributed",
      REDIS_URL: redis.url,
      KNOWLEDGE_DIR: path.join(directory, "docs"),
      HOST: "127.0.0.1",
      PORT: "0",
      ...env,
    };
  }

  static async start(options: BatonOptions = {}): Promise<Baton> {
    const redis = await startRedisServer();
    const directory = await mkdtemp(path.join(os.tmpdir(), "baton-bench-"));
    await mkdir(path.join(directory, "docs"));
    await writeFile(path.join(directory, "docs", "leases.md"), DOCUMENT);
    const baton = new Baton(redis, directory, options);
    await baton.#startApi();
    await baton.startWorkers(options.workflow_workers ?? 1, options.tool_workers ?? 1);
    return baton;
  }

  /** Where the API is. */
  get url(): string {
    return this.#url;
  }

  /** What the processes are configured with. */
  get env(): Readonly<Record<string, string>> {
    return this.#env;
  }

  get api(): BenchProcess {
    if (this.#api === null) throw new Error("the API is not running");
    return this.#api;
  }

  get processes(): readonly BenchProcess[] {
    return [this.api, ...this.#workers];
  }

  /** Every process, by what it is; workers are numbered. */
  get pids(): ReadonlyMap<string, number> {
    const workers = this.#workers.map(({ name, pid }, index) => [`${name} ${index + 1}`, pid] as const);
    return new Map([["api", this.api.pid], ...workers, ["redis", this.redis.pid]]);
  }

  async startWorkers(workflow_workers: number, tool_workers: number): Promise<void> {
    const started = await Promise.all([
      ...Array.from({ length: workflow_workers }, () => this.#startWorker("workflow-worker")),
      ...Array.from({ length: tool_workers }, () => this.#startWorker("tool-worker")),
    ]);
    this.#workers.push(...started);
  }

  /** Every process but Redis comes to its end as by SIGTERM, so that profiles are written. */
  async stop(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#api, ...this.#workers].map((process) => process?.[Symbol.asyncDispose]()));
    await this.redis.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #startApi(): Promise<void> {
    this.#api = await BenchProcess.start("composition/api.ts", this.#env, '"listening"', this.#node_options);
    const port = /"port":(\d+)/.exec(this.#api.output)?.[1];
    this.#url = `http://127.0.0.1:${port}`;
  }

  #startWorker(kind: "workflow-worker" | "tool-worker"): Promise<BenchProcess> {
    const env = { ...this.#env, WORKER_PORT: "0" };
    return BenchProcess.start(`composition/${kind}.ts`, env, "worker takes messages", this.#node_options);
  }
}
