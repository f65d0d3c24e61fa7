import type { EventFeed, EventFilter, Unsubscribe } from "../../domain/ports/event-feed.ts";
import { STOPPING_EVENTS } from "../../domain/run/endings.ts";
import { type EventType, type RunEvent, TERMINAL_EVENTS } from "../../domain/run/events.ts";
import type { RedisConnection } from "./connection.ts";
import { EventChannel } from "./event-channel.ts";
import { keys } from "./keys.ts";

/**
 * EventFeed on Redis pub/sub. Every event goes to every process that listens to them all, so there are channels for
 * those who wait for less: for the ends of runs, as a client does, and for ends that stop work, as workers do.
 */
export class RedisEventFeed implements EventFeed {
  /** What each carries; the first that carries all that is asked for is listened to. */
  readonly #channels: readonly { readonly types: readonly EventType[]; readonly channel: EventChannel }[];
  readonly #events: EventChannel;

  constructor(connection: RedisConnection) {
    this.#channels = [
      { types: STOPPING_EVENTS, channel: new EventChannel(connection, keys.stopsChannel) },
      { types: TERMINAL_EVENTS, channel: new EventChannel(connection, keys.endsChannel) },
    ];
    this.#events = new EventChannel(connection, keys.channel);
  }

  subscribe(filter: EventFilter, hear: (event: RunEvent) => void): Promise<Unsubscribe> {
    const carries = (types: readonly EventType[]) => filter.types?.every((type) => types.includes(type));
    const found = this.#channels.find(({ types }) => carries(types));
    return (found?.channel ?? this.#events).subscribe(filter, hear);
  }
}
