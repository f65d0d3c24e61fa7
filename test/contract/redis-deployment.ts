import { RedisAdmission } from "../../adapters/redis/admission.ts";
import { RedisCache } from "../../adapters/redis/cache.ts";
import { RedisConnection } from "../../adapters/redis/connection.ts";
import { RedisConversations } from "../../adapters/redis/conversations.ts";
import { RedisEffectsLedger } from "../../adapters/redis/effects-ledger.ts";
import { RedisEventFeed } from "../../adapters/redis/event-feed.ts";
import { RedisFeedbackStore } from "../../adapters/redis/feedback-store.ts";
import { RUN_QUEUE, TOOL_QUEUE } from "../../adapters/redis/queues.ts";
import { RedisRunInspection } from "../../adapters/redis/run-inspection.ts";
import { RedisRunLease } from "../../adapters/redis/run-lease.ts";
import { RedisRunStore } from "../../adapters/redis/run-store.ts";
import { RedisThroughput } from "../../adapters/redis/throughput.ts";
import { RedisTimers } from "../../adapters/redis/timers.ts";
import { RedisToolCatalog } from "../../adapters/redis/tool-catalog.ts";
import { RedisWorkQueue } from "../../adapters/redis/work-queue.ts";
import { RedisWorkerRegistry } from "../../adapters/redis/worker-registry.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Deployment, SharedPorts } from "./deployment.ts";

/** A log that keeps its warnings for a test to read. */
export class WarningLog implements Log {
  readonly warnings: string[] = [];
  readonly debug = ignore;
  readonly info = ignore;
  readonly error = ignore;

  warn(fact: string): void {
    this.warnings.push(fact);
  }

  with(): Log {
    return this;
  }
}

function ignore(): void {
  // What a test does not look at.
}

/** Processes on one Redis, which nobody else may use meanwhile. */
export class RedisDeployment implements Deployment {
  readonly #url: string;
  readonly #connections: RedisConnection[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  /** A process of its own, through `url`. */
  connectTo(
    url: string,
    options: { readonly log?: Log; readonly command_timeout_ms?: number } = {},
  ): SharedPorts & { readonly connection: RedisConnection } {
    const connection = new RedisConnection({ url, name: "test", log: new WarningLog(), ...options });
    this.#connections.push(connection);
    return { connection, ...redisPorts(connection) };
  }

  connect(): SharedPorts {
    return this.connectTo(this.#url);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }
}

function redisPorts(connection: RedisConnection): SharedPorts {
  return {
    store: new RedisRunStore(connection),
    conversations: new RedisConversations(connection),
    lease: new RedisRunLease(connection),
    ledger: new RedisEffectsLedger(connection),
    throughput: new RedisThroughput(connection),
    timers: new RedisTimers(connection),
    registry: new RedisWorkerRegistry(connection),
    feed: new RedisEventFeed(connection),
    admission: new RedisAdmission(connection),
    cache: new RedisCache(connection),
    feedback: new RedisFeedbackStore(connection),
    catalog: new RedisToolCatalog(connection),
    inspection: new RedisRunInspection(connection),
    runQueue: (worker_id) => new RedisWorkQueue(connection, RUN_QUEUE, worker_id),
    toolQueue: (worker_id) => new RedisWorkQueue(connection, TOOL_QUEUE, worker_id),
  };
}
