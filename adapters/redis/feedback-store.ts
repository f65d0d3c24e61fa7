import type { RunId } from "../../domain/ids.ts";
import type { Feedback, FeedbackStore } from "../../domain/ports/feedback-store.ts";
import type { RedisConnection } from "./connection.ts";
import { keys } from "./keys.ts";

/** Feedback outlives its run, for evaluation; it is kept this long after the last word on a run. */
const RETENTION_SECONDS = 90 * 24 * 60 * 60;
/** On one run; the oldest is dropped. */
const CAPACITY = 1000;

/** FeedbackStore in Redis. */
export class RedisFeedbackStore implements FeedbackStore {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async record(feedback: Feedback): Promise<void> {
    const key = keys.feedback(feedback.run_id);
    await this.#connection.commands.command((redis) =>
      redis
        .multi()
        .rpush(key, JSON.stringify(feedback))
        .ltrim(key, -CAPACITY, -1)
        .expire(key, RETENTION_SECONDS)
        .exec(),
    );
  }

  async of(run_id: RunId): Promise<readonly Feedback[]> {
    const recorded = await this.#connection.commands.command((redis) =>
      redis.lrange(keys.feedback(run_id), 0, -1),
    );
    return recorded.map((text) => JSON.parse(text) as Feedback);
  }
}
