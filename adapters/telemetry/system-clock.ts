import type { Timestamp } from "../../domain/ids.ts";
import type { Clock } from "../../domain/ports/clock.ts";

/** Longer timers overflow in Node and fire at once; what takes longer is cut into parts of at most this. */
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
    if (ms <= 0 || signal?.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    const cancel = this.alarm(ms, wake);
    signal?.addEventListener("abort", wake, { once: true });
    await promise;
    cancel();
    signal?.removeEventListener("abort", wake);
  }

  alarm(ms: number, ring: () => void): () => void {
    if (ms <= LONGEST_TIMER_MS) {
      const timer = setTimeout(ring, ms);
      return () => clearTimeout(timer);
    }
    let cancel = this.alarm(LONGEST_TIMER_MS, () => {
      cancel = this.alarm(ms - LONGEST_TIMER_MS, ring);
    });
    return () => cancel();
  }
}
