import type { RunId, Timestamp, WorkerId } from "../../domain/ids.ts";
import type { Claim, RunLease } from "../../domain/ports/run-lease.ts";
import type { Fence } from "../../domain/ports/run-store.ts";
import type { MemoryDatabase } from "./database.ts";
import { storedRun } from "./run-store.ts";

/** RunLease in the memory of one process. */
export class MemoryRunLease implements RunLease {
  readonly #db: MemoryDatabase;

  constructor(db: MemoryDatabase) {
    this.#db = db;
  }

  async claim(run_id: RunId, owner: WorkerId): Promise<Claim> {
    const record = this.#db.runs.get(run_id);
    if (record === undefined) return { status: "unknown" };
    const held = record.lease;
    if (held !== null && held.owner !== owner && this.#db.isAlive(held.owner)) {
      return { status: "held", owner: held.owner };
    }
    const behind = this.#db.turnsBefore(run_id);
    if (behind.length > 0) return { status: "waits", behind };
    record.epoch += 1;
    const fence = { owner, epoch: record.epoch };
    record.lease = fence;
    return { status: "claimed", fence, run: storedRun(record) };
  }

  async release(run_id: RunId, fence: Fence, version: number, due_at: Timestamp | null): Promise<boolean> {
    const record = this.#db.runs.get(run_id);
    if (record?.lease?.owner !== fence.owner || record.lease.epoch !== fence.epoch) return true;
    if (record.events.length !== version) return false;
    record.lease = null;
    if (due_at !== null) this.#db.timers.set(run_id, due_at);
    return true;
  }
}
