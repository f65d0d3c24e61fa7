import type { Clock } from "../domain/ports/clock.ts";
import type { ToolProgress } from "../domain/tools/tool.ts";

/** Why a pause is over that is not needed any more: given, so that no stack trace is taken. */
const ENDED = "ended";

/**
 * Records how far a call is, the latest that its tool reported and not every report: one at a time, `every_ms` apart.
 */
export class ProgressReport {
  readonly #record: (progress: ToolProgress) => Promise<void>;
  readonly #clock: Clock;
  readonly #every_ms: number;
  #over: AbortController | null = null;
  #latest: ToolProgress | null = null;
  #recording: Promise<void> | null = null;

  /** `record` must not throw. */
  constructor(record: (progress: ToolProgress) => Promise<void>, clock: Clock, every_ms: number) {
    this.#record = record;
    this.#clock = clock;
    this.#every_ms = every_ms;
  }

  tell(progress: ToolProgress): void {
    this.#latest = progress;
    this.#recording ??= this.#run();
  }

  /** Resolves when nothing is being recorded any more; the call's result says the rest. */
  async end(): Promise<void> {
    this.#latest = null;
    this.#over?.abort(ENDED);
    await this.#recording;
  }

  async #run(): Promise<void> {
    this.#over = new AbortController();
    while (this.#latest !== null) {
      const progress = this.#latest;
      this.#latest = null;
      await this.#record(progress);
      await this.#clock.pause(this.#every_ms, this.#over.signal);
    }
    this.#recording = null;
  }
}
