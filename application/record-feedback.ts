import type { Clock } from "../domain/ports/clock.ts";
import type { Feedback, FeedbackStore } from "../domain/ports/feedback-store.ts";

/** Keeps what a person thinks of an answer. */
export class RecordFeedback {
  readonly #store: FeedbackStore;
  readonly #clock: Clock;

  constructor(store: FeedbackStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async execute(feedback: Omit<Feedback, "recorded_at">): Promise<void> {
    await this.#store.record({ ...feedback, recorded_at: this.#clock.now() });
  }
}
