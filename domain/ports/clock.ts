import type { Timestamp } from "../ids.ts";

/** The time. Domain and application know it only through this port. */
export interface Clock {
  now(): Timestamp;
  /** The time `ms` milliseconds after `time`. */
  after(time: Timestamp, ms: number): Timestamp;
  /** Milliseconds from `start` to `end`; negative when end is earlier. */
  between(start: Timestamp, end: Timestamp): number;
  /** Milliseconds of a clock that never goes back, for durations. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  pause(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `ring` after `ms`, once, unless the function that is returned was called before. */
  alarm(ms: number, ring: () => void): () => void;
}
