import type { RunId } from "../../domain/ids.ts";
import type { RunCustody, RunInspection } from "../../domain/ports/run-inspection.ts";
import type { MemoryDatabase } from "./database.ts";

/** RunInspection in the memory of one process. */
export class MemoryRunInspection implements RunInspection {
  readonly #db: MemoryDatabase;

  constructor(db: MemoryDatabase) {
    this.#db = db;
  }

  async inspect(run_id: RunId): Promise<RunCustody | null> {
    const record = this.#db.runs.get(run_id);
    if (record === undefined) return null;
    const messages = [...this.#db.run_queue.messages.values()];
    const position = messages.findIndex(({ message }) => message.run_id === run_id);
    return {
      epoch: record.epoch,
      lease: record.lease && { ...record.lease, owner_alive: this.#db.isAlive(record.lease.owner) },
      behind: this.#db.turnsBefore(run_id),
      queued: position < 0 ? null : { position, pending_with: messages[position]?.holder ?? null },
      begun_calls: [...record.open_calls].flatMap(([call_id, { attempt, worker_id }]) =>
        worker_id === null
          ? []
          : [{ call_id, attempt, worker_id, worker_alive: this.#db.isAlive(worker_id) }],
      ),
    };
  }
}
