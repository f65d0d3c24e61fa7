import type { WorkerId } from "../../domain/ids.ts";
import type { WorkerEntry, WorkerRegistry } from "../../domain/ports/worker-registry.ts";
import type { MemoryDatabase } from "./database.ts";

/** WorkerRegistry in the memory of one process. */
export class MemoryWorkerRegistry implements WorkerRegistry {
  readonly #db: MemoryDatabase;

  constructor(db: MemoryDatabase) {
    this.#db = db;
  }

  async renew(entry: WorkerEntry): Promise<boolean> {
    const stood = this.#db.isAlive(entry.worker_id);
    const expires_at = performance.now() + entry.ttl_seconds * 1000;
    this.#db.workers.set(entry.worker_id, { entry, expires_at });
    return stood;
  }

  async withdraw(worker_id: WorkerId): Promise<void> {
    this.#db.workers.delete(worker_id);
    this.#db.run_queue.wake();
    this.#db.tool_queue.wake();
  }

  async alive(): Promise<readonly WorkerEntry[]> {
    return [...this.#db.workers.values()]
      .map(({ entry }) => entry)
      .filter((entry) => this.#db.isAlive(entry.worker_id));
  }
}
