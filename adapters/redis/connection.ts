import type { RedisOptions } from "ioredis";
import { TransientError } from "../../domain/errors.ts";
import type { Log } from "../../domain/ports/log.ts";
import { RedisClient } from "./client.ts";

export interface ConnectionOptions {
  /** `redis://` or `rediss://` */
  readonly url: string;
  /** The process, as `CLIENT LIST` shows it: `api`, or a worker's id. */
  readonly name: string;
  readonly log: Log;
  /** How long a command may take, reconnecting included, before it fails as `store_unavailable`. */
  readonly command_timeout_ms?: number;
}

const COMMAND_TIMEOUT_MS = 10_000;
const READY_TIMEOUT_MS = 1000;
const CLOSE_GRACE_MS = 1000;
/** How often a subscribed connection is asked whether it lives; nothing else would tell. */
const HEARTBEAT_MS = 10_000;

/**
 * A process's connections to Redis: one for commands, one for each stream it reads, one for subscriptions.
 * The adapters share it; whoever made it closes it.
 */
export class RedisConnection {
  readonly commands: RedisClient;
  readonly #options: ConnectionOptions;
  readonly #readers = new Map<string, RedisClient>();
  #subscriber: RedisClient | null = null;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    // Commands whose answer was lost with the connection are sent again: every script allows for that.
    this.commands = this.#connect("commands", { commandTimeout: this.#timeout_ms });
    this.commands.raw.on("ready", () => void this.#inspectServer());
  }

  /** A connection for blocking reads of one stream. Commands fail with the connection and are not sent again. */
  reader(stream: string): RedisClient {
    const reader = this.#readers.get(stream) ?? this.#connect(stream, { maxRetriesPerRequest: 0 });
    this.#readers.set(stream, reader);
    return reader;
  }

  /** The connection for subscriptions, made on first use. */
  subscriber(): RedisClient {
    if (this.#subscriber === null) {
      // ioredis would subscribe again without anybody looking at how that ends; the feed does it itself.
      const subscriber = this.#connect("events", {
        autoResubscribe: false,
        commandTimeout: this.#timeout_ms,
      });
      this.#heartbeat = setInterval(() => void subscriber.raw.ping().catch(() => undefined), HEARTBEAT_MS);
      this.#heartbeat.unref();
      this.#subscriber = subscriber;
    }
    return this.#subscriber;
  }

  /** Resolves when Redis answers now; throws TransientError `store_unavailable` otherwise. */
  async ready(): Promise<void> {
    const limit = AbortSignal.timeout(READY_TIMEOUT_MS);
    const late = new Promise<string>((resolve) => {
      limit.addEventListener("abort", () => resolve(`no answer within ${READY_TIMEOUT_MS} ms`), {
        once: true,
      });
    });
    const answer = this.commands.isReady
      ? await Promise.race([this.commands.command((redis) => redis.ping()), late])
      : this.commands.raw.status;
    if (answer !== "PONG") throw new TransientError("store_unavailable", `Redis does not answer: ${answer}`);
  }

  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    // A blocked read has nothing to finish: what it might still be given stays pending and is taken over.
    await Promise.all([
      ...[...this.#readers.values(), this.#subscriber].map((client) => client?.close(0)),
      this.commands.close(CLOSE_GRACE_MS),
    ]);
  }

  get #timeout_ms(): number {
    return this.#options.command_timeout_ms ?? COMMAND_TIMEOUT_MS;
  }

  #connect(purpose: string, options: RedisOptions): RedisClient {
    const { url, name, log } = this.#options;
    return new RedisClient(url, `baton:${name}:${purpose}`, log, options);
  }

  /** Tells an operator about settings with which Redis may lose what it accepted. */
  async #inspectServer(): Promise<void> {
    const { log } = this.#options;
    try {
      const info = await this.commands.command((redis) => redis.info());
      const policy = field(info, "maxmemory_policy");
      if (policy !== undefined && policy !== "noeviction") {
        log.warn("Redis may evict runs when its memory is full: set maxmemory-policy noeviction", { policy });
      }
      if (field(info, "aof_enabled") === "0") {
        log.warn("Redis keeps no append-only file, so a restart may lose runs: set appendonly yes");
      }
    } catch (error) {
      log.debug("the settings of Redis could not be read", { error });
    }
  }
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
}
