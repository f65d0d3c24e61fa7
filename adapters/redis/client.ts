import { Command, Redis, type RedisOptions } from "ioredis";
import type { Log } from "../../domain/ports/log.ts";
import { isMissingScript, storeError } from "./errors.ts";
import { GatheredCalls } from "./gathered-calls.ts";
import {
  encodeCalls,
  loadScripts,
  type Script,
  type ScriptArgument,
  type ScriptCall,
  type ScriptName,
} from "./scripts.ts";

const LONGEST_BACKOFF_MS = 1000;
/** A socket that owes an answer for so long is given up, and its commands are sent again on a new one. */
const SILENCE_MS = 5000;

/** So many calls of a script are sent together at most: nothing else is done in Redis meanwhile. */
const MOST_CALLS = 8;

const SCRIPTS = loadScripts();
const AS_TEXT = { replyEncoding: "utf8" } as const;

/** One connection to Redis, made anew for ever when it breaks. Whatever it throws is a DomainError. */
export class RedisClient {
  /** ioredis itself, for events and state; what is awaited goes through `command` and `script`. */
  readonly raw: Redis;
  #closing = false;
  #corked = false;
  /** Calls that leave with the end of this turn. */
  readonly #gathered = new Map<ScriptName, GatheredCalls>();

  constructor(url: string, name: string, log: Log, options: RedisOptions = {}) {
    this.raw = new Redis(url, {
      connectionName: name,
      retryStrategy: backoff,
      // Waits for the connection, up to the command's own time-out.
      maxRetriesPerRequest: null,
      connectTimeout: SILENCE_MS,
      socketTimeout: SILENCE_MS,
      ...options,
      replyMapping: "legacy",
    });
    this.#report(log.with({ connection: name }));
  }

  get isReady(): boolean {
    return this.raw.status === "ready";
  }

  /**
   * Runs a script: one round trip, atomic. Scripts that may be repeated after a lost answer say so. Calls of the same
   * script that are made in one turn of the event loop share the round trip, and nothing else.
   */
  script(name: ScriptName, keys: readonly string[], args: readonly ScriptArgument[]): Promise<unknown> {
    const gathered = this.#gathered.get(name) ?? this.#gather(name);
    const answer = gathered.add(keys, args);
    if (gathered.calls.length === MOST_CALLS) void this.#send(name, gathered);
    return answer;
  }

  async command<T>(send: (redis: Redis) => Promise<T>): Promise<T> {
    this.#cork();
    try {
      return await send(this.raw);
    } catch (error) {
      throw storeError(error);
    }
  }

  /** Lets commands under way finish for up to `grace_ms`, then drops the connection. */
  async close(grace_ms: number): Promise<void> {
    this.#closing = true;
    if (this.isReady && grace_ms > 0) {
      const limit = AbortSignal.timeout(grace_ms);
      const late = new Promise((resolve) => limit.addEventListener("abort", resolve, { once: true }));
      await Promise.race([this.raw.quit().catch(() => undefined), late]);
    }
    this.raw.disconnect();
  }

  #gather(name: ScriptName): GatheredCalls {
    const gathered = new GatheredCalls();
    this.#gathered.set(name, gathered);
    setImmediate(() => {
      if (this.#gathered.get(name) === gathered) void this.#send(name, gathered);
    });
    return gathered;
  }

  async #send(name: ScriptName, gathered: GatheredCalls): Promise<void> {
    this.#gathered.delete(name);
    try {
      gathered.answer(await this.command((redis) => evaluate(redis, SCRIPTS[name], gathered.calls)));
    } catch (error) {
      gathered.fail(error);
    }
  }

  /** Commands that are sent in one turn of the event loop leave together: a write costs more than what it writes. */
  #cork(): void {
    if (this.#corked || !this.isReady) return;
    const { stream } = this.raw;
    this.#corked = true;
    stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      stream.uncork();
    });
  }

  #report(log: Log): void {
    let up: boolean | null = null;
    let error: unknown;
    this.raw.on("error", (thrown: unknown) => {
      error = thrown;
    });
    this.raw.on("ready", () => {
      if (up === false) log.info("Redis is back");
      up = true;
      error = undefined;
    });
    this.raw.on("close", () => {
      if (up !== false && !this.#closing) log.warn("Redis is out of reach, trying again", { error });
      up = false;
    });
  }
}

/** The replies to the calls, in their order. */
async function evaluate(redis: Redis, { sha1, lua }: Script, calls: readonly ScriptCall[]) {
  const send = (name: "eval" | "evalsha", script: string) =>
    redis.sendCommand(new Command(name, encodeCalls(script, calls), AS_TEXT)) as Promise<readonly unknown[]>;
  try {
    return await send("evalsha", sha1);
  } catch (error) {
    if (!isMissingScript(error)) throw error;
    return send("eval", lua);
  }
}

/** Grows from 50 ms, with jitter, so that processes do not come back all at once. */
function backoff(times: number): number {
  return Math.min(25 * 2 ** Math.min(times, 10), LONGEST_BACKOFF_MS) * (0.75 + Math.random() / 2);
}
