import type { Timestamp, WorkerId } from "../../domain/ids.ts";
import type { DeadLetter, Delivery, QueueDepth, WorkQueue } from "../../domain/ports/work-queue.ts";
import type { RedisConnection } from "./connection.ts";
import { fieldsOf } from "./encoding.ts";
import { isMissingGroup } from "./errors.ts";
import type { QueueDefinition } from "./queues.ts";
import { type Entry, StreamConsumer } from "./stream-consumer.ts";

/** Dead messages kept for people to look at, about. */
const DEAD_KEPT = 10_000;

/** WorkQueue on a Redis stream, as one worker sees it. There must be one per worker and queue. */
export class RedisWorkQueue<Message> implements WorkQueue<Message> {
  readonly #connection: RedisConnection;
  readonly #queue: QueueDefinition<Message>;
  readonly #worker_id: WorkerId;
  readonly #consumer: StreamConsumer;
  /** The receive under way; the next one waits for it. */
  #turn: Promise<void> = Promise.resolve();

  constructor(connection: RedisConnection, queue: QueueDefinition<Message>, worker_id: WorkerId) {
    this.#connection = connection;
    this.#queue = queue;
    this.#worker_id = worker_id;
    this.#consumer = new StreamConsumer(connection, queue.stream, queue.group, worker_id);
  }

  receive(options: {
    readonly count: number;
    readonly wait_ms: number;
    readonly signal: AbortSignal;
  }): Promise<readonly Delivery<Message>[]> {
    const { count, wait_ms, signal } = options;
    return new Promise((resolve, reject) => {
      // An abort answers the caller at once; the read goes on to its end, and what it still brings goes back.
      const abandon = () => resolve([]);
      if (signal.aborted) return abandon();
      signal.addEventListener("abort", abandon, { once: true });
      this.#turn = this.#turn
        .then(() => this.#consumer.next(count, wait_ms, signal))
        .then(async (entries) => {
          if (signal.aborted) return this.#handBack(entries);
          signal.removeEventListener("abort", abandon);
          resolve(await this.#deliver(entries));
        })
        .catch((error: unknown) => {
          signal.removeEventListener("abort", abandon);
          reject(error);
        });
    });
  }

  async acknowledge({ message_id }: Delivery<Message>): Promise<void> {
    const { stream, group } = this.#queue;
    await this.#connection.commands.script("acknowledge", [stream], [group, this.#worker_id, message_id]);
  }

  async bury({ message_id }: Delivery<Message>, reason: string): Promise<void> {
    await this.#bury(message_id, reason);
  }

  settle({ message_id }: Delivery<Message>): void {
    this.#consumer.forget(message_id);
  }

  async depth(): Promise<QueueDepth> {
    const { stream, dead } = this.#queue;
    const { commands } = this.#connection;
    const [backlog, pending, buried, [oldest], time] = await Promise.all([
      commands.command((redis) => redis.xlen(stream)),
      this.#pending(),
      commands.command((redis) => redis.xlen(dead)),
      commands.command((redis) => redis.xrange(stream, "-", "+", "COUNT", 1)),
      commands.command((redis) => redis.time()),
    ]);
    const [seconds, microseconds] = time.map(Number) as [number, number];
    // A message's id begins with the time it was queued at, in ms.
    const queued_at = oldest && Number.parseInt(oldest[0], 10) / 1000;
    const oldest_seconds =
      queued_at === undefined ? null : Math.max(0, seconds + microseconds / 1e6 - queued_at);
    return { backlog, pending, dead: buried, oldest_seconds };
  }

  async dead(limit: number): Promise<readonly DeadLetter[]> {
    const letters = await this.#connection.commands.command((redis) =>
      redis.xrevrange(this.#queue.dead, "+", "-", "COUNT", limit),
    );
    return letters.map(([id, entries]) => {
      const { reason = "", ...fields } = Object.fromEntries(fieldsOf(entries));
      return { fields, reason, at: new Date(Number.parseInt(id, 10)).toISOString() as Timestamp };
    });
  }

  async #deliver(entries: readonly Entry[]): Promise<readonly Delivery<Message>[]> {
    const deliveries: Delivery<Message>[] = [];
    for (const { message_id, fields, attempt } of entries) {
      const message = this.#decode(fields);
      if (message instanceof Error) await this.#bury(message_id, `unparseable: ${message.message}`);
      else
        deliveries.push({ queue: this.#queue.name, message_id, message, attempt, taken_over: attempt > 1 });
    }
    this.#consumer.keep(entries);
    return deliveries;
  }

  /**
   * The caller stopped waiting before these came: others shall have them. What was taken over stays pending
   * with this worker, since only that tells it from a first delivery.
   */
  async #handBack(entries: readonly Entry[]): Promise<void> {
    const fresh = entries.filter(({ attempt }) => attempt === 1).map(({ message_id }) => message_id);
    if (fresh.length === 0) return;
    const { stream, group } = this.#queue;
    await this.#connection.commands.script("handBack", [stream], [group, this.#worker_id, fresh]);
  }

  async #bury(message_id: string, reason: string): Promise<void> {
    const { stream, dead, group } = this.#queue;
    await this.#connection.commands.script(
      "bury",
      [stream, dead],
      [group, this.#worker_id, message_id, reason, DEAD_KEPT],
    );
  }

  async #pending(): Promise<number> {
    const { stream, group } = this.#queue;
    try {
      const [count] = await this.#connection.commands.command((redis) => redis.xpending(stream, group));
      return Number(count);
    } catch (error) {
      if (isMissingGroup(error)) return 0;
      throw error;
    }
  }

  #decode(fields: ReadonlyMap<string, string>): Message | Error {
    try {
      return this.#queue.decode(fields);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}
