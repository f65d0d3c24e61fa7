import type { EventFeed, EventFilter, Unsubscribe } from "../../domain/ports/event-feed.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import type { MemoryDatabase } from "./database.ts";

/** EventFeed in the memory of one process. */
export class MemoryEventFeed implements EventFeed {
  readonly #db: MemoryDatabase;

  constructor(db: MemoryDatabase) {
    this.#db = db;
  }

  async subscribe({ run_id, types }: EventFilter, listener: (event: RunEvent) => void): Promise<Unsubscribe> {
    const filtered = (event: RunEvent) => {
      if (run_id !== undefined && event.run_id !== run_id) return;
      if (types !== undefined && !types.includes(event.type)) return;
      listener(event);
    };
    this.#db.listeners.add(filtered);
    return async () => {
      this.#db.listeners.delete(filtered);
    };
  }
}
