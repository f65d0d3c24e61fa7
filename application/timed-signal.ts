import type { DomainError } from "../domain/errors.ts";
import type { Clock } from "../domain/ports/clock.ts";

/**
 * A signal that follows another, and aborts by itself when its time is up. What `AbortSignal.any` does costs several
 * times as much; this one has to be disposed of in return.
 */
export class TimedSignal implements Disposable {
  readonly #clock: Clock;
  readonly #stop: AbortSignal;
  readonly #reason: () => DomainError;
  readonly #own = new AbortController();
  readonly #follow = () => this.#own.abort(this.#stop.reason);
  #cancel: () => void;

  /** Aborts with the reason of `stop`, or after `ms` with what `reason` says then. */
  constructor(clock: Clock, stop: AbortSignal, ms: number, reason: () => DomainError) {
    this.#clock = clock;
    this.#stop = stop;
    this.#reason = reason;
    stop.addEventListener("abort", this.#follow);
    if (stop.aborted) this.#follow();
    this.#cancel = this.#alarm(ms);
  }

  get signal(): AbortSignal {
    return this.#own.signal;
  }

  /** Its time is up `ms` from now. */
  postpone(ms: number): void {
    this.#cancel();
    this.#cancel = this.#alarm(ms);
  }

  [Symbol.dispose](): void {
    this.#cancel();
    this.#stop.removeEventListener("abort", this.#follow);
  }

  #alarm(ms: number): () => void {
    return this.#clock.alarm(ms, () => this.#own.abort(this.#reason()));
  }
}
