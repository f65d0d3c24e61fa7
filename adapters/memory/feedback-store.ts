import type { RunId } from "../../domain/ids.ts";
import type { Feedback, FeedbackStore } from "../../domain/ports/feedback-store.ts";

/** Feedback kept at most for this many runs; the oldest is dropped. */
const CAPACITY = 10_000;

/** FeedbackStore in the memory of one process. */
export class MemoryFeedbackStore implements FeedbackStore {
  readonly #by_run = new Map<RunId, Feedback[]>();

  async record(feedback: Feedback): Promise<void> {
    const earlier = this.#by_run.get(feedback.run_id);
    if (earlier !== undefined) {
      earlier.push(feedback);
      return;
    }
    this.#by_run.set(feedback.run_id, [feedback]);
    const [oldest] = this.#by_run.keys();
    if (this.#by_run.size > CAPACITY && oldest !== undefined) this.#by_run.delete(oldest);
  }

  async of(run_id: RunId): Promise<readonly Feedback[]> {
    return this.#by_run.get(run_id) ?? [];
  }
}
