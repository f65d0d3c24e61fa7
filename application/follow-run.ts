import { UnknownRunError } from "../domain/errors.ts";
import type { RunId } from "../domain/ids.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { EventFeed } from "../domain/ports/event-feed.ts";
import type { RunStore } from "../domain/ports/run-store.ts";
import { isTerminal, type RunEvent } from "../domain/run/events.ts";

/** Events read from the store at a time, and kept at most for a reader that is slower than the feed. */
const PAGE = 256;
/** Why a wait ends: given, so that no stack trace is taken for each event. */
const ARRIVED = "arrived";
/** When the feed is silent that long, the store is asked: pub/sub may have dropped what we wait for. */
const SILENCE_MS = 3_000;

/**
 * A run's events as they come, each once, in order, without a gap. The feed is for latency, the store for
 * truth: the next event in hand is passed on, anything else is read from the store. Memory per reader is
 * bounded: a slow one is served from the store at its own pace.
 */
export class FollowRun {
  readonly #store: RunStore;
  readonly #feed: EventFeed;
  readonly #clock: Clock;

  constructor(store: RunStore, feed: EventFeed, clock: Clock) {
    this.#store = store;
    this.#feed = feed;
    this.#clock = clock;
  }

  /**
   * Events with seq > `after`. Ends behind the event that ends the run, or when `signal` aborts; the
   * subscription is given back when the consumer stops. Throws UnknownRunError.
   */
  async *follow(run_id: RunId, after: number, signal: AbortSignal): AsyncGenerator<RunEvent, void> {
    let cursor = after;
    const inbox = new Inbox();
    const unsubscribe = await this.#feed.subscribe({ run_id }, (event) => inbox.push(event));
    try {
      while (!signal.aborted) {
        const batch = inbox.take(cursor) ?? (await this.#read(run_id, cursor));
        for (const event of batch) {
          if (signal.aborted) return;
          yield event;
          cursor = event.seq;
          if (isTerminal(event)) return;
        }
        if (batch.length === 0) await inbox.wait(this.#clock, SILENCE_MS, signal);
      }
    } finally {
      await unsubscribe();
    }
  }

  async #read(run_id: RunId, after: number): Promise<readonly RunEvent[]> {
    const events = await this.#store.events(run_id, { after, limit: PAGE });
    if (events === null) throw new UnknownRunError(run_id);
    return events;
  }
}

/** What the feed brought and the reader has not taken yet. */
class Inbox {
  #events: RunEvent[] = [];
  #wake: AbortController | null = null;

  push(event: RunEvent): void {
    // Full: forget it all. The gap makes the reader ask the store.
    if (this.#events.length >= PAGE) this.#events = [];
    this.#events.push(event);
    this.#wake?.abort(ARRIVED);
  }

  /** The events that follow `cursor` without a gap; null when the store has to be asked. */
  take(cursor: number): readonly RunEvent[] | null {
    const events = this.#events.filter((event) => event.seq > cursor);
    this.#events = [];
    const gapless = events.length > 0 && events.every((event, index) => event.seq === cursor + index + 1);
    return gapless ? events : null;
  }

  async wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    if (this.#events.length > 0) return;
    this.#wake = new AbortController();
    await clock.pause(ms, AbortSignal.any([signal, this.#wake.signal]));
    this.#wake = null;
  }
}
