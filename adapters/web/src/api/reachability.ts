import { backoffMs } from "./backoff.ts";
import { Store } from "./store.ts";

export type ReachabilityState =
  | { readonly status: "up" }
  /** `retry_at`: when it is tried again, in milliseconds since the epoch; null while it is being tried. */
  | { readonly status: "down"; readonly retry_at: number | null };

const UP: ReachabilityState = { status: "up" };

/** Whether the API answers. Once it did not, it is asked again, ever more slowly, until it does. */
export class Reachability extends Store<ReachabilityState> {
  readonly #probe: () => Promise<boolean>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  /** `probe` tells whether the API answers now; it never rejects. */
  constructor(probe: () => Promise<boolean>) {
    super(UP);
    this.#probe = probe;
  }

  report(answers: boolean): void {
    if (answers) {
      clearTimeout(this.#timer);
      this.#failures = 0;
      this.update(UP);
    } else if (this.snapshot().status === "up") {
      this.#wait();
    }
  }

  /** Asks at once instead of waiting. */
  readonly retryNow = (): void => {
    if (this.snapshot().status === "down") void this.#ask();
  };

  #wait(): void {
    const pause = backoffMs(this.#failures);
    this.#failures += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), pause);
    this.update({ status: "down", retry_at: Date.now() + pause });
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#timer);
    this.update({ status: "down", retry_at: null });
    if (await this.#probe()) this.report(true);
    else if (this.snapshot().status === "down") this.#wait();
  }
}
