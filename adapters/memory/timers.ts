import type { Timestamp } from "../../domain/ids.ts";
import type { Timers } from "../../domain/ports/timers.ts";
import type { MemoryDatabase } from "./database.ts";

/** Timers in the memory of one process. */
export class MemoryTimers implements Timers {
  readonly #db: MemoryDatabase;

  constructor(db: MemoryDatabase) {
    this.#db = db;
  }

  async fireDue(now: Timestamp, limit: number): Promise<number> {
    let fired = 0;
    for (const [run_id, due_at] of this.#db.timers) {
      if (fired >= limit) break;
      if (due_at > now) continue;
      this.#db.timers.delete(run_id);
      this.#db.run_queue.push({ run_id });
      fired += 1;
    }
    return fired;
  }
}
