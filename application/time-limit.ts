import type { Clock } from "../domain/ports/clock.ts";
import { ToolCallError } from "../domain/tools/tool-call-error.ts";

/** A call that goes on reporting progress may take so many times its limit; what never ends is ended then. */
const MOST_LIMITS = 10;

/** Why a time-out's signal aborts that is not needed any more: given, so that no stack trace is taken. */
const ENDED = "ended";

/** How long a call may take: `seconds` without a sign of life, and ten times that in all. */
export class TimeLimit implements Disposable {
  readonly #clock: Clock;
  readonly #seconds: number;
  readonly #started: number;
  readonly #timeout = new AbortController();
  readonly #over = new AbortController();
  #due: number;

  constructor(clock: Clock, seconds: number) {
    this.#clock = clock;
    this.#seconds = seconds;
    this.#started = clock.monotonic();
    this.#due = this.#started + seconds * 1000;
    void this.#run();
  }

  /** Aborts with a ToolCallError `timeout`. */
  get signal(): AbortSignal {
    return this.#timeout.signal;
  }

  /** The call is alive: it gets its whole limit again. */
  extend(): void {
    const ms = this.#seconds * 1000;
    this.#due = Math.min(this.#clock.monotonic() + ms, this.#started + MOST_LIMITS * ms);
  }

  [Symbol.dispose](): void {
    this.#over.abort(ENDED);
  }

  async #run(): Promise<void> {
    while (!this.#over.signal.aborted) {
      const left = this.#due - this.#clock.monotonic();
      if (left <= 0) return this.#abort();
      await this.#clock.pause(left, this.#over.signal);
    }
  }

  #abort(): void {
    const took = Math.round((this.#clock.monotonic() - this.#started) / 1000);
    const words = took > this.#seconds ? `no result after ${took} s` : `no result after ${this.#seconds} s`;
    this.#timeout.abort(new ToolCallError("timeout", words));
  }
}
