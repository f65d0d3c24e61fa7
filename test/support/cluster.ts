import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { RunClient } from "../../adapters/cli/run-client.ts";
import type { RunId } from "../../domain/ids.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import { BatonProcess } from "./baton-process.ts";
import { type RedisServer, startRedisServer } from "./redis-server.ts";

/** What workers wait before they take over, in tests: the shortest that is accepted. */
export const TTL_SECONDS = 1;

const COUNTING_SERVER = fileURLToPath(new URL("./mcp/counting-server.ts", import.meta.url));

export interface ClusterOptions {
  readonly workflow_workers?: number;
  readonly tool_workers?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Where the processes find Redis, when not at the server itself: behind a proxy. */
  readonly redis_url?: (redis: RedisServer) => Promise<string>;
}

/**
 * Baton distributed, as real processes on a private Redis: an API, workflow workers and tool workers, with
 * an MCP server that writes each of its effects into a file.
 */
export class Cluster implements AsyncDisposable {
  readonly redis: RedisServer;
  readonly effects_file: string;
  readonly workflow_workers: BatonProcess[] = [];
  readonly tool_workers: BatonProcess[] = [];
  api: BatonProcess | null = null;
  url = "";
  readonly #directory: string;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(redis: RedisServer, directory: string, env: Readonly<Record<string, string>>) {
    this.redis = redis;
    this.#directory = directory;
    this.#env = env;
    this.effects_file = path.join(directory, "effects.jsonl");
  }

  static async start(options: ClusterOptions = {}): Promise<Cluster> {
    const redis = await startRedisServer();
    const directory = await mkdtemp(path.join(os.tmpdir(), "baton-cluster-"));
    const knowledge = path.join(directory, "docs");
    const mcp_config = path.join(directory, "mcp.json");
    const effects = path.join(directory, "effects.jsonl");
    await mkdir(knowledge);
    await writeFile(path.join(knowledge, "leases.md"), "# Leases\n\nA lease is the right to drive a run.\n");
    const counting = { command: process.execPath, args: [COUNTING_SERVER], env: { EFFECTS_FILE: effects } };
    await writeFile(mcp_config, JSON.stringify({ mcpServers: { counting } }));
    const cluster = new Cluster(redis, directory, {
      BACKEND_MODE: "distributed",
      REDIS_URL: (await options.redis_url?.(redis)) ?? redis.url,
      WORKER_TTL_SECONDS: String(TTL_SECONDS),
      KNOWLEDGE_DIR: knowledge,
      MCP_CONFIG: mcp_config,
      TOOL_POLICIES: "append_effect=allow",
      PORT: "0",
      ...options.env,
    });
    await cluster.startApi();
    const workers = [
      ...Array.from({ length: options.workflow_workers ?? 1 }, () => cluster.startWorkflowWorker()),
      ...Array.from({ length: options.tool_workers ?? 1 }, () => cluster.startToolWorker()),
    ];
    await Promise.all(workers);
    return cluster;
  }

  /** Another API process; on the port of an earlier one when there was one, as a replacement has it. */
  async startApi(): Promise<BatonProcess> {
    const port = this.url === "" ? "0" : new URL(this.url).port;
    this.api = await BatonProcess.start("api", { ...this.#env, PORT: port }, "listening");
    const line = await this.api.logged("listening");
    this.url = `http://127.0.0.1:${String(line.port)}`;
    return this.api;
  }

  async startWorkflowWorker(): Promise<BatonProcess> {
    const worker = await BatonProcess.start("workflow-worker", this.#env, "worker takes messages");
    this.workflow_workers.push(worker);
    return worker;
  }

  async startToolWorker(): Promise<BatonProcess> {
    const worker = await BatonProcess.start("tool-worker", this.#env, "worker takes messages");
    this.tool_workers.push(worker);
    return worker;
  }

  get client(): RunClient {
    return new RunClient(this.url, null);
  }

  ask(message: string): Promise<RunId> {
    return this.client.start({ message });
  }

  /** Follows a run over SSE to its end, or until `enough` holds, reconnecting as clients do. */
  async until(
    run_id: RunId,
    enough: (event: RunEvent) => boolean = () => false,
  ): Promise<readonly RunEvent[]> {
    const events: RunEvent[] = [];
    for await (const event of this.client.follow(run_id, AbortSignal.timeout(30_000))) {
      events.push(event);
      if (enough(event)) break;
    }
    return events;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const processes = [this.api, ...this.workflow_workers, ...this.tool_workers];
    await Promise.all(processes.map((process) => process?.kill()));
    await this.redis.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
