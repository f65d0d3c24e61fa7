import type { Clock } from "../domain/ports/clock.ts";
import { ToolCallError } from "../domain/tools/tool-call-error.ts";
import { TimedSignal } from "./timed-signal.ts";

/** A call that goes on reporting progress may take so many times its limit; what never ends is ended then. */
const MOST_LIMITS = 10;

/** How long a call may take: `seconds` without a sign of life, and ten times that in all. */
export class TimeLimit implements Disposable {
  readonly #clock: Clock;
  readonly #seconds: number;
  readonly #started: number;
  readonly #timed: TimedSignal;

  constructor(clock: Clock, seconds: number, stop: AbortSignal) {
    this.#clock = clock;
    this.#seconds = seconds;
    this.#started = clock.monotonic();
    this.#timed = new TimedSignal(clock, stop, seconds * 1000, () => this.#timeout());
  }

  /** Aborts with the reason of `stop`, or with a ToolCallError `timeout`. */
  get signal(): AbortSignal {
    return this.#timed.signal;
  }

  /** The call is alive: it gets its whole limit again. */
  extend(): void {
    const ms = this.#seconds * 1000;
    const spent = this.#clock.monotonic() - this.#started;
    this.#timed.postpone(Math.max(0, Math.min(ms, MOST_LIMITS * ms - spent)));
  }

  [Symbol.dispose](): void {
    this.#timed[Symbol.dispose]();
  }

  #timeout(): ToolCallError {
    const took = Math.round((this.#clock.monotonic() - this.#started) / 1000);
    const words = took > this.#seconds ? `no result after ${took} s` : `no result after ${this.#seconds} s`;
    return new ToolCallError("timeout", words);
  }
}
