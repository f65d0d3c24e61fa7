/** A terminal's ^C reaches this process and npm, which passes it on: that is one signal, not two. */
const SAME_SIGNAL_MS = 500;

/** Turns ^C into an abort; a second one ends the process at once. Disposing it gives ^C back. */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #exit_code: number;
  #since: number | null = null;

  constructor(exit_code: number) {
    this.#exit_code = exit_code;
    process.on("SIGINT", this.#interrupt);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    process.off("SIGINT", this.#interrupt);
  }

  readonly #interrupt = () => {
    if (this.#since === null) {
      this.#since = performance.now();
      this.#controller.abort(new Error("the evaluation was interrupted"));
    } else if (performance.now() - this.#since > SAME_SIGNAL_MS) {
      process.exit(this.#exit_code);
    }
  };
}
