import { RunFeed, type RunFeedOptions } from "./run-feed.ts";

/** Ended runs that are kept although nobody looks at them, so that going back costs nothing. */
const KEPT = 30;
/** How long a live run is followed on after its last viewer left: views come and go. */
const LINGER_MS = 3_000;

interface Entry {
  readonly feed: RunFeed;
  viewers: number;
  leaving: ReturnType<typeof setTimeout> | undefined;
}

/** One feed per run, however many views show it: a browser has few connections to one server. */
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
    entry.viewers += 1;
    if (!this.#resting) entry.feed.start();
    return () => {
      entry.viewers -= 1;
      if (entry.viewers > 0) return;
      entry.leaving = setTimeout(() => this.#leave(run_id, entry), LINGER_MS);
    };
  }

  /** Nobody looks: connections are given back, since a browser has few for all its tabs together. */
  rest(): void {
    this.#resting = true;
    for (const { feed } of this.#entries.values()) feed.stop();
  }

  /** Somebody looks again: what is viewed is followed on from where it was left. */
  wake(): void {
    this.#resting = false;
    for (const { feed, viewers } of this.#entries.values()) if (viewers > 0) feed.start();
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
    return entry;
  }

  #leave(run_id: string, { feed }: Entry): void {
    if (!feed.isComplete) {
      feed.stop();
      this.#entries.delete(run_id);
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
