import type { Timestamp } from "../../domain/ids.ts";
import type { Clock } from "../../domain/ports/clock.ts";

/**
 * A clock that stands at the record's beginning when the replay begins, and goes as another does from there:
 * deadlines and expiries on record mean what they meant.
 */
export class ReplayClock implements Clock {
  readonly #real: Clock;
  readonly #started_at: Timestamp;
  readonly #begun: number;
  #skipped = 0;

  constructor(real: Clock, started_at: Timestamp) {
    this.#real = real;
    this.#started_at = started_at;
    this.#begun = real.monotonic();
  }

  /** Moves on to a time at once; a time that has passed changes nothing. */
  skipTo(time: Timestamp): void {
    this.#skipped += Math.max(0, this.#real.between(this.now(), time));
  }

  now(): Timestamp {
    return this.#real.after(this.#started_at, this.#real.monotonic() - this.#begun + this.#skipped);
  }

  after(time: Timestamp, ms: number): Timestamp {
    return this.#real.after(time, ms);
  }

  between(start: Timestamp, end: Timestamp): number {
    return this.#real.between(start, end);
  }

  monotonic(): number {
    return this.#real.monotonic();
  }

  pause(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#real.pause(ms, signal);
  }

  alarm(ms: number, ring: () => void): () => void {
    return this.#real.alarm(ms, ring);
  }
}
