import type { RunId } from "../../domain/ids.ts";
import type { EventFilter, Unsubscribe } from "../../domain/ports/event-feed.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import type { RedisClient } from "./client.ts";
import type { RedisConnection } from "./connection.ts";
import { decodeEvent, headOf } from "./encoding.ts";

interface Listener {
  readonly filter: EventFilter;
  readonly hear: (event: RunEvent) => void;
}

/** A subscription is held on so long when the last listener has left: the next one often comes soon. */
const LINGER_MS = 250;

/**
 * Those of a process who listen to a pub/sub channel of events: one subscription, held while there is any.
 * An event that nobody listens for is told by its head and not parsed.
 */
export class EventChannel {
  readonly #connection: RedisConnection;
  readonly #name: string;
  readonly #of_one_run = new Map<RunId, Set<Listener>>();
  readonly #of_all_runs = new Set<Listener>();
  /** Settles when Redis has confirmed the subscription; null while nobody listens. */
  #subscribed: Promise<unknown> | null = null;
  #subscriber: RedisClient | null = null;
  #lingering: NodeJS.Timeout | undefined;

  constructor(connection: RedisConnection, name: string) {
    this.#connection = connection;
    this.#name = name;
  }

  async subscribe(filter: EventFilter, hear: (event: RunEvent) => void): Promise<Unsubscribe> {
    const listener = { filter, hear };
    this.#add(listener);
    clearTimeout(this.#lingering);
    try {
      this.#subscribed ??= this.#listen();
      await this.#subscribed;
    } catch (error) {
      this.#remove(listener);
      if (this.#isEmpty) this.#fallSilent();
      throw error;
    }
    return async () => this.#leave(listener);
  }

  #listen(): Promise<unknown> {
    if (this.#subscriber === null) {
      this.#subscriber = this.#connection.subscriber();
      this.#subscriber.raw.on("message", (channel: string, text: string) => {
        if (channel === this.#name) this.#dispatch(text);
      });
      this.#subscriber.raw.on("ready", () => this.#listenAgain());
    }
    return this.#subscriber.command((redis) => redis.subscribe(this.#name));
  }

  /** After a reconnect. A failure means that the connection broke again, and this is called again. */
  #listenAgain(): void {
    if (this.#subscribed !== null) void this.#listen().catch(() => undefined);
  }

  /** Does not wait for Redis: who stops listening must not hang on it. */
  #leave(listener: Listener): void {
    this.#remove(listener);
    if (!this.#isEmpty || this.#subscribed === null) return;
    clearTimeout(this.#lingering);
    this.#lingering = setTimeout(() => this.#fallSilent(), LINGER_MS).unref();
  }

  get #isEmpty(): boolean {
    return this.#of_one_run.size === 0 && this.#of_all_runs.size === 0;
  }

  #fallSilent(): void {
    this.#subscribed = null;
    void this.#subscriber?.raw.unsubscribe(this.#name).catch(() => undefined);
  }

  #dispatch(text: string): void {
    const head = headOf(text);
    if (head === null) return;
    const concerned = [...this.#of_all_runs, ...(this.#of_one_run.get(head.run_id) ?? [])].filter(
      ({ filter }) => filter.types?.includes(head.type) ?? true,
    );
    if (concerned.length === 0) return;
    const event = decodeEvent(text);
    for (const { hear } of concerned) hear(event);
  }

  #add(listener: Listener): void {
    const { run_id } = listener.filter;
    if (run_id === undefined) {
      this.#of_all_runs.add(listener);
      return;
    }
    const listeners = this.#of_one_run.get(run_id) ?? new Set();
    this.#of_one_run.set(run_id, listeners.add(listener));
  }

  #remove(listener: Listener): void {
    const { run_id } = listener.filter;
    if (run_id === undefined) {
      this.#of_all_runs.delete(listener);
      return;
    }
    const listeners = this.#of_one_run.get(run_id);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#of_one_run.delete(run_id);
  }
}
