import type { Timestamp } from "../ids.ts";

/**
 * Wakes runs at a time. Each run has at most one timer, set or removed by its commits (`due_at`).
 */
export interface Timers {
  /**
   * Moves up to `limit` runs that are due at `now` into the run queue, each atomically, and returns how
   * many. A timer that fired is gone: whoever drives the run sets the next.
   */
  fireDue(now: Timestamp, limit: number): Promise<number>;
}
