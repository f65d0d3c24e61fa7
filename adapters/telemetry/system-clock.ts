import type { Timestamp } from "../../domain/ids.ts";
import type { Clock } from "../../domain/ports/clock.ts";

/** Longer timers overflow in Node and fire at once; a pause is cut into parts of at most this. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Clock of the machine: wall time for timestamps, the process's own monotonic clock for durations. */
export class SystemClock implements Clock {
  /** Asked many times in a millisecond, which is all a timestamp tells. */
  #latest = { ms: Number.NaN, text: "" as Timestamp };

  now(): Timestamp {
    const ms = Date.now();
    if (ms !== this.#latest.ms) this.#latest = { ms, text: new Date(ms).toISOString() as Timestamp };
    return this.#latest.text;
  }

  after(time: Timestamp, ms: number): Timestamp {
    return new Date(Date.parse(time) + ms).toISOString() as Timestamp;
  }

  between(start: Timestamp, end: Timestamp): number {
    return Date.parse(end) - Date.parse(start);
  }

  monotonic(): number {
    return performance.now();
  }

  async pause(ms: number, signal?: AbortSignal): Promise<void> {
    const until = performance.now() + ms;
    for (let left = ms; left > 0 && !signal?.aborted; left = until - performance.now()) {
      await pauseOnce(Math.min(left, LONGEST_TIMER_MS), signal);
    }
  }
}

function pauseOnce(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}
