import type { EventFeed, EventFilter, Unsubscribe } from "../../domain/ports/event-feed.ts";
import { type RunEvent, TERMINAL_EVENTS } from "../../domain/run/events.ts";
import type { RedisConnection } from "./connection.ts";
import { EventChannel } from "./event-channel.ts";
import { keys } from "./keys.ts";

const ENDS: ReadonlySet<string> = new Set(TERMINAL_EVENTS);

/**
 * EventFeed on Redis pub/sub. Every event goes to every process that listens to them all, so those who wait
 * for the end of runs alone, as workers do, listen to a channel that carries nothing else.
 */
export class RedisEventFeed implements EventFeed {
  readonly #events: EventChannel;
  readonly #ends: EventChannel;

  constructor(connection: RedisConnection) {
    this.#events = new EventChannel(connection, keys.channel);
    this.#ends = new EventChannel(connection, keys.endsChannel);
  }

  subscribe(filter: EventFilter, hear: (event: RunEvent) => void): Promise<Unsubscribe> {
    const endsAlone = filter.types?.every((type) => ENDS.has(type)) ?? false;
    return (endsAlone ? this.#ends : this.#events).subscribe(filter, hear);
  }
}
