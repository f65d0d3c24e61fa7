import { UnknownRunError } from "../domain/errors.ts";
import type { RunId } from "../domain/ids.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { EventFeed, EventFilter, Unsubscribe } from "../domain/ports/event-feed.ts";
import type { RunStore } from "../domain/ports/run-store.ts";
import { isTerminal, type RunEvent, TERMINAL_EVENTS } from "../domain/run/events.ts";
import { evolve } from "../domain/run/evolve.ts";
import { hasEnded, type RunState } from "../domain/run/state.ts";
import { type RunView, viewOf } from "../domain/run/summary.ts";
import { loadState } from "./load-state.ts";

/** Events read from the store at a time, and kept at most for a reader that is slower than the feed. */
const PAGE = 256;
/** How often the store is asked, for all readers at once, whether the feed has dropped what they wait for. */
const LOOK_MS = 3_000;
/** Runs asked for at a time. */
const BATCH = 500;

/** Where a run's events go. It holds all that a follower costs while nothing happens, so it is no iterator. */
export interface EventSink {
  /** Takes events that are at hand together, at least one. While what it returns is pending there are no more. */
  write(events: readonly RunEvent[]): Promise<void> | undefined;
  /** The event that ended the run was the last. */
  end(): void;
  /** Nothing more comes: UnknownRunError, or the store cannot be read. */
  fail(error: unknown): void;
}

export interface EndWatch extends AsyncDisposable {
  /** `known`: the run as it was when the watch began, or at any time since; null throws UnknownRunError. */
  end(known: RunState | null): Promise<RunView>;
}

/**
 * A run's events as they come, each once, in order, without a gap. The feed is for latency, the store for
 * truth: the next event in hand is passed on, anything else is read from the store. Memory per reader is
 * bounded: a slow one is served from the store at its own pace.
 */
export class FollowRun {
  readonly #store: RunStore;
  readonly #feed: EventFeed;
  readonly #clock: Clock;
  readonly #readers = new Set<Reader>();
  /** Ends the looking for what was dropped; null while nobody reads. */
  #looking: AbortController | null = null;

  constructor(store: RunStore, feed: EventFeed, clock: Clock) {
    this.#store = store;
    this.#feed = feed;
    this.#clock = clock;
  }

  /**
   * Passes on the events with seq > `after`, to the one that ends the run. Once what is returned is disposed of, `sink`
   * hears nothing any more.
   */
  follow(run_id: RunId, after: number, sink: EventSink): Disposable {
    const reader = new Reader(run_id, after);
    void this.#begin(reader, sink);
    return reader;
  }

  /** How the run ended, or how it stands when `signal` aborts before. Throws UnknownRunError. */
  async end(run_id: RunId, signal: AbortSignal): Promise<RunView> {
    await using watch = await this.watch(run_id, signal);
    return await watch.end(await loadState(this.#store, run_id));
  }

  /** Watches for the end of a run that may not be there yet. To be disposed of. */
  async watch(run_id: RunId, signal: AbortSignal): Promise<EndWatch> {
    const reader = new Reader(run_id, 0);
    const leave = await this.#enter(reader, { types: TERMINAL_EVENTS });
    const wake = () => reader.wake();
    signal.addEventListener("abort", wake);
    return {
      end: (known) => this.#untilEnd(reader, known, signal),
      [Symbol.asyncDispose]: () => {
        signal.removeEventListener("abort", wake);
        return leave();
      },
    };
  }

  async #begin(reader: Reader, sink: EventSink): Promise<void> {
    try {
      reader.leave = await this.#enter(reader, {});
    } catch (error) {
      if (!reader.left) sink.fail(error);
      return;
    }
    await this.#pass(reader, sink);
  }

  /** Passes on what there is. Is called again when there is more: between two events a reader keeps no call open. */
  async #pass(reader: Reader, sink: EventSink): Promise<void> {
    try {
      while (!reader.left) {
        const batch = reader.take() ?? (await this.#read(reader));
        if (reader.left) break;
        const last = batch.at(-1);
        if (last === undefined) {
          if (reader.sleep(() => void this.#pass(reader, sink))) return;
          continue;
        }
        reader.cursor = last.seq;
        const full = sink.write(batch);
        if (full !== undefined) await full;
        if (!isTerminal(last) || reader.left) continue;
        sink.end();
        break;
      }
    } catch (error) {
      if (!reader.left) sink.fail(error);
    }
    await reader.leave();
  }

  async #untilEnd(reader: Reader, known: RunState | null, signal: AbortSignal): Promise<RunView> {
    const { run_id } = reader;
    for (let state = known; ; ) {
      if (!state) throw new UnknownRunError(run_id);
      if (hasEnded(state) || signal.aborted) return viewOf(state);
      reader.cursor = state.last_seq;
      reader.behind = false;
      await reader.wait();
      // What a run ends with says all that a view tells beyond how the run began.
      const ending = reader.last();
      state = ending ? evolve(state, ending) : await loadState(this.#store, run_id);
    }
  }

  /** The reader is woken when the feed brings something or dropped something, until what is returned is called. */
  async #enter(reader: Reader, filter: EventFilter): Promise<Unsubscribe> {
    const { run_id } = reader;
    const unsubscribe = await this.#feed.subscribe({ ...filter, run_id }, (event) => reader.push(event));
    this.#readers.add(reader);
    if (this.#looking === null) {
      this.#looking = new AbortController();
      void this.#lookForDropped(this.#looking.signal);
    }
    return async () => {
      this.#readers.delete(reader);
      if (this.#readers.size === 0) {
        this.#looking?.abort();
        this.#looking = null;
      }
      await unsubscribe();
    };
  }

  async #read(reader: Reader): Promise<readonly RunEvent[]> {
    const { run_id, cursor: after } = reader;
    const events = await this.#store.events(run_id, { after, limit: PAGE });
    if (events === null) throw new UnknownRunError(run_id);
    reader.behind = events.length === PAGE;
    return events;
  }

  /** What fails here is tried again, and readers who are awake meet it themselves. */
  async #lookForDropped(enough: AbortSignal): Promise<void> {
    for (;;) {
      await this.#clock.pause(LOOK_MS, enough);
      if (enough.aborted) return;
      const idle = [...this.#readers].filter((reader) => reader.sleeps);
      await this.#wakeBehind(idle).catch(() => undefined);
    }
  }

  async #wakeBehind(idle: readonly Reader[]): Promise<void> {
    const run_ids = [...new Set(idle.map(({ run_id }) => run_id))];
    const heads = new Map<RunId, number>();
    for (let first = 0; first < run_ids.length; first += BATCH) {
      const batch = await this.#store.heads(run_ids.slice(first, first + BATCH));
      for (const [run_id, head] of batch) heads.set(run_id, head);
    }
    for (const reader of idle) {
      // A run that is gone wakes its readers too: they find out.
      if ((heads.get(reader.run_id) ?? Number.POSITIVE_INFINITY) <= reader.cursor) continue;
      reader.behind = true;
      reader.wake();
    }
  }
}

/** Who follows a run: how far it has read, and what the feed brought that it has not taken yet. */
class Reader implements Disposable {
  readonly run_id: RunId;
  /** The seq of the event read last. */
  cursor: number;
  /** There may be events that the feed did not bring: the store has to be asked. */
  behind = true;
  /** It wants nothing any more. */
  left = false;
  /** Gives back what it was given when it entered. */
  leave: Unsubscribe = async () => undefined;
  #inbox: RunEvent[] = [];
  #woken: (() => void) | null = null;

  constructor(run_id: RunId, cursor: number) {
    this.run_id = run_id;
    this.cursor = cursor;
  }

  get sleeps(): boolean {
    return this.#woken !== null;
  }

  push(event: RunEvent): void {
    // Full: forget it all. The gap makes the reader ask the store.
    if (this.#inbox.length >= PAGE) this.#inbox = [];
    this.#inbox.push(event);
    this.wake();
  }

  /** The events that follow without a gap, none when there is nothing new; null when the store has to be asked. */
  take(): readonly RunEvent[] | null {
    const { cursor } = this;
    const events = this.#inbox.filter((event) => event.seq > cursor);
    this.#inbox = [];
    const gapless = events.every((event, index) => event.seq === cursor + index + 1);
    this.behind = !gapless || (this.behind && events.length === 0);
    return this.behind ? null : events;
  }

  /** The event that came last, if there is any: who waits for a run's end hears of nothing else. */
  last(): RunEvent | undefined {
    return this.#inbox.at(-1);
  }

  /** `woken` is called when there may be something to read; false when there may be already. */
  sleep(woken: () => void): boolean {
    if (this.#inbox.length > 0 || this.behind || this.left) return false;
    this.#woken = woken;
    return true;
  }

  /** Not at once: what comes together is read together. */
  wake(): void {
    if (this.#woken !== null) queueMicrotask(this.#woken);
    this.#woken = null;
  }

  async wait(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.sleep(resolve)) await promise;
  }

  [Symbol.dispose](): void {
    this.left = true;
    this.wake();
  }
}
