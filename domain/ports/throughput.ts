import type { Timestamp } from "../ids.ts";

/** How many runs come and go, counted by the RunStore as it creates and ends them. */
export interface Throughput {
  /** The last `minutes` (1 to 60) by the store's own clock, oldest first; the last one is not over yet. */
  perMinute(minutes: number): Promise<readonly MinuteCount[]>;
}

export interface MinuteCount {
  /** When the minute began. */
  readonly minute: Timestamp;
  readonly accepted: number;
  readonly ended: number;
}
