import { RunFeed, type RunFeedOptions } from "./run-feed.ts";

/** Ended runs that are kept although nobody looks at them, so that going back costs nothing. */
const KEPT = 30;
/** How long a live run is followed on after its last viewer left: views come and go. */
const LINGER_MS = 3_000;
/**
 * Streams at a time. A browser has six connections to one server for all its tabs together (HTTP/1.1), and what
 * is sent and asked for needs some too. More are not needed: the turns of a conversation take turns.
 */
const STREAMS = 2;

interface Entry {
  readonly feed: RunFeed;
  viewers: number;
  /** There while nobody looks any more, for a moment. */
  leaving: ReturnType<typeof setTimeout> | undefined;
}

/**
 * One feed per run, however many views show it, and few at a time: those that most views show, then those that
 * were asked for first. The others go on when one of these has ended.
 */
export class RunFeeds {
  readonly #options: RunFeedOptions;
  readonly #entries = new Map<string, Entry>();
  #resting = false;

  constructor(options: RunFeedOptions) {
    this.#options = options;
  }

  /** The run's feed, not necessarily started. */
  of(run_id: string): RunFeed {
    return this.#entry(run_id).feed;
  }

  /** Follows the run until the returned function is called. */
  follow(run_id: string): () => void {
    const entry = this.#entry(run_id);
    clearTimeout(entry.leaving);
    entry.leaving = undefined;
    entry.viewers += 1;
    this.#share();
    return () => {
      entry.viewers -= 1;
      if (entry.viewers === 0) entry.leaving = setTimeout(() => this.#leave(run_id, entry), LINGER_MS);
      this.#share();
    };
  }

  /** Nobody looks: connections are given back, since a browser has few for all its tabs together. */
  rest(): void {
    this.#resting = true;
    this.#share();
  }

  /** Somebody looks again: what is viewed is followed on from where it was left. */
  wake(): void {
    this.#resting = false;
    this.#share();
  }

  /** All feeds that wait to reconnect do it now. */
  retryNow(): void {
    for (const { feed } of this.#entries.values()) feed.retryNow();
  }

  #entry(run_id: string): Entry {
    const known = this.#entries.get(run_id);
    if (known !== undefined) return known;
    const entry: Entry = { feed: new RunFeed(run_id, this.#options), viewers: 0, leaving: undefined };
    this.#entries.set(run_id, entry);
    // Whoever has come to an end makes room for the next.
    entry.feed.subscribe(() => entry.feed.isOver && this.#share());
    return entry;
  }

  /** Gives the streams to those that are looked at most, and keeps the order in which they came. */
  #share(): void {
    const open = [...this.#entries.values()].filter(
      ({ feed, viewers, leaving }) => !feed.isOver && (viewers > 0 || leaving !== undefined),
    );
    const first = open.toSorted((one, other) => other.viewers - one.viewers);
    for (const [place, { feed }] of first.entries()) {
      if (place < STREAMS && !this.#resting) feed.start();
      else feed.stop();
    }
  }

  #leave(run_id: string, { feed }: Entry): void {
    if (!feed.isComplete) {
      feed.stop();
      this.#entries.delete(run_id);
      this.#share();
      return;
    }
    // Newest last: the map keeps the order in which runs were left.
    const entry = this.#entries.get(run_id);
    if (entry === undefined) return;
    this.#entries.delete(run_id);
    this.#entries.set(run_id, entry);
    const idle = [...this.#entries].filter(([, { viewers }]) => viewers === 0);
    for (const [oldest] of idle.slice(0, Math.max(0, idle.length - KEPT))) this.#entries.delete(oldest);
  }
}
