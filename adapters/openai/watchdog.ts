import { TransientError } from "../../domain/errors.ts";

/** Ends a request whose next piece does not come in time. */
export class Watchdog implements Disposable {
  readonly #stop = new AbortController();
  readonly #model: string;
  #timer: NodeJS.Timeout | undefined;

  constructor(model: string) {
    this.#model = model;
  }

  /** Aborts with a TransientError when it took too long. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** From now on, the next piece has this long. */
  expect(within_ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const silence = `${this.#model} was silent for ${within_ms / 1000} s`;
      this.#stop.abort(new TransientError("model_timeout", silence));
    }, within_ms);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
