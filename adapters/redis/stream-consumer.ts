import type { WorkerId } from "../../domain/ids.ts";
import type { RedisClient } from "./client.ts";
import type { RedisConnection } from "./connection.ts";
import { fieldsOf } from "./encoding.ts";
import { isMissingGroup } from "./errors.ts";

/** How often it looks for messages of dead workers, and for its own that got lost on their way. */
const CHECK_MS = 500;
/** Messages of this worker that one check can find lost; more are found by the next. */
const MOST_LOST = 100;

/** A message as the stream holds it. `attempt` counts its deliveries, this one included. */
export interface Entry {
  readonly message_id: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly attempt: number;
}

/**
 * A consumer of a stream's group, named for its worker: new messages, those of dead workers, and its own that
 * were lost with a broken connection.
 *
 * It reads over a connection for that alone and one read at a time, so that between two reads everything pending
 * with it was either kept by `keep`, or never arrived. There must be one consumer per worker and stream.
 */
export class StreamConsumer {
  readonly #connection: RedisConnection;
  readonly #stream: string;
  readonly #group: string;
  readonly #worker_id: WorkerId;
  #reader: RedisClient | null = null;
  #next_check = 0;
  /** Messages that arrived. Those acknowledged since are forgotten at the next check. */
  #kept = new Set<string>();

  constructor(connection: RedisConnection, stream: string, group: string, worker_id: WorkerId) {
    this.#connection = connection;
    this.#stream = stream;
    this.#group = group;
    this.#worker_id = worker_id;
  }

  /**
   * Waits up to `wait_ms` for at most `count` messages. Must not be called again before it has settled. It
   * blocks in slices, so that it stops soon after `signal` aborted, and notices in time who died.
   */
  async next(count: number, wait_ms: number, signal: AbortSignal): Promise<readonly Entry[]> {
    const give_up = performance.now() + wait_ms;
    while (!signal.aborted) {
      if (performance.now() >= this.#next_check) {
        this.#next_check = 0;
        const found = await this.#withGroup((reader) => this.#check(reader, count));
        // When there may be more, the next call looks at once.
        if (found.length < count) this.#next_check = performance.now() + CHECK_MS;
        if (found.length > 0) return found;
      }
      const left = give_up - performance.now();
      const block_ms = Math.ceil(Math.min(left, this.#next_check - performance.now()));
      const read = await this.#withGroup((reader) => this.#read(reader, count, block_ms));
      if (read.length > 0 || left <= 0) return read;
    }
    return [];
  }

  /** These arrived where they are worked on; any other message pending with this worker is found by `next`. */
  keep(entries: readonly Entry[]): void {
    for (const { message_id } of entries) this.#kept.add(message_id);
  }

  /** It is not worked on any more: if it is pending all the same, `next` finds it. */
  forget(message_id: string): void {
    this.#kept.delete(message_id);
  }

  async #read(reader: RedisClient, count: number, block_ms: number): Promise<readonly Entry[]> {
    const from = ["GROUP", this.#group, this.#worker_id, "COUNT", count] as const;
    const reply = (await reader.command((redis) =>
      block_ms > 0
        ? redis.xreadgroup(...from, "BLOCK", block_ms, "STREAMS", this.#stream, ">")
        : redis.xreadgroup(...from, "STREAMS", this.#stream, ">"),
    )) as [stream: string, messages: [id: string, fields: string[]][]][] | null;
    return (reply?.[0]?.[1] ?? []).map(([id, fields]) => entry(id, fields, 1));
  }

  async #check(reader: RedisClient, count: number): Promise<readonly Entry[]> {
    const asked = this.#kept.size + MOST_LOST;
    // What is settled while Redis answers was acknowledged before, though the answer may still have it.
    const kept = new Set(this.#kept);
    const [claimed, pending] = await Promise.all([
      reader.script("takeOver", [this.#stream], [this.#group, this.#worker_id, count]),
      reader.command((redis) => redis.xpending(this.#stream, this.#group, "-", "+", asked, this.#worker_id)),
    ]);
    const taken = (claimed as [string, string[], number][]).map((message) => entry(...message));
    const attempts = new Map(
      (pending as [id: string, consumer: string, idle_ms: number, attempt: number][]).map(
        ([id, , , attempt]) => [id, attempt],
      ),
    );
    // A full answer may not be all that is pending.
    if (attempts.size < asked) this.#kept = this.#kept.intersection(attempts);
    for (const { message_id } of taken) attempts.delete(message_id);
    const lost = [...attempts].filter(([id]) => !kept.has(id)).slice(0, count - taken.length);
    return [...taken, ...(await Promise.all(lost.map(([id, attempt]) => this.#find(reader, id, attempt))))];
  }

  async #find(reader: RedisClient, id: string, attempt: number): Promise<Entry> {
    const [message] = await reader.command((redis) => redis.xrange(this.#stream, id, id));
    return entry(id, message?.[1] ?? [], attempt);
  }

  /** The group is made when it is missing: at first use, and after Redis was flushed. */
  async #withGroup<T>(work: (reader: RedisClient) => Promise<T>): Promise<T> {
    this.#reader ??= this.#connection.reader(this.#stream);
    const reader = this.#reader;
    try {
      return await work(reader);
    } catch (error) {
      if (!isMissingGroup(error)) throw error;
    }
    try {
      await reader.command((redis) => redis.xgroup("CREATE", this.#stream, this.#group, "0", "MKSTREAM"));
    } catch (error) {
      if (!isExistingGroup(error)) throw error;
    }
    return work(reader);
  }
}

function entry(message_id: string, fields: readonly string[], attempt: number): Entry {
  return { message_id, fields: fieldsOf(fields), attempt };
}

function isExistingGroup(error: unknown): boolean {
  return error instanceof Error && error.message.includes("BUSYGROUP");
}
