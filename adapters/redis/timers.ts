import type { Timestamp } from "../../domain/ids.ts";
import type { Timers } from "../../domain/ports/timers.ts";
import type { RedisConnection } from "./connection.ts";

/** Timers in Redis: a sorted set of runs by the time they are due. */
export class RedisTimers implements Timers {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async fireDue(now: Timestamp, limit: number): Promise<number> {
    const fired = await this.#connection.commands.script("fireTimers", [], [Date.parse(now), limit]);
    return Number(fired);
  }
}
