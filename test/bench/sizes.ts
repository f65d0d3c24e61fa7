/** How much of everything the bench does. */
export interface Sizes {
  /** W at once, and the time it is kept up, per contender and round. */
  readonly in_flight: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly warm_up_seconds: number;
  /** W one after the other, per contender and round. */
  readonly sequential: number;
  readonly workers: readonly number[];
  /** Events of the runs whose commits and claims are compared, and how often each is made. */
  readonly histories: readonly number[];
  readonly history_rounds: number;
  readonly kept_runs: readonly number[];
  /** SSE clients, the live runs they watch, and how long. */
  readonly watchers: number;
  readonly watched_runs: number;
  readonly watch_seconds: number;
  readonly backlog: number;
  readonly streams: number;
  readonly tokens: number;
}

export const FULL: Sizes = {
  in_flight: 100,
  seconds: 2,
  rounds: 11,
  warm_up_seconds: 5,
  sequential: 40,
  workers: [1, 2, 4],
  histories: [10, 100, 1000, 10_000],
  history_rounds: 100,
  kept_runs: [1000, 100_000],
  watchers: 2000,
  watched_runs: 20,
  watch_seconds: 15,
  backlog: 10_000,
  streams: 50,
  tokens: 1000,
};

/** Small enough for a test: what is counted is the same, what is timed says nothing. */
export const TINY: Sizes = {
  in_flight: 4,
  seconds: 0.2,
  rounds: 1,
  warm_up_seconds: 0.1,
  sequential: 3,
  workers: [1],
  histories: [10, 100],
  history_rounds: 2,
  kept_runs: [5, 20],
  watchers: 6,
  watched_runs: 2,
  watch_seconds: 1,
  backlog: 10,
  streams: 2,
  tokens: 40,
};
