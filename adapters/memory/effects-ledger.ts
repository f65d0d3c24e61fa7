import type { CallId, RunId, WorkerId } from "../../domain/ids.ts";
import type { Beginning, EffectsLedger } from "../../domain/ports/effects-ledger.ts";
import type { MemoryDatabase } from "./database.ts";
import { storedRun } from "./run-store.ts";

/** EffectsLedger in the memory of one process. */
export class MemoryEffectsLedger implements EffectsLedger {
  readonly #db: MemoryDatabase;

  constructor(db: MemoryDatabase) {
    this.#db = db;
  }

  async begin(call: {
    readonly run_id: RunId;
    readonly call_id: CallId;
    readonly worker_id: WorkerId;
    readonly after_attempt: number;
  }): Promise<Beginning> {
    const record = this.#db.runs.get(call.run_id);
    const entry = record?.open_calls.get(call.call_id);
    if (record === undefined || entry === undefined) return { status: "void" };
    const attempt = call.after_attempt + 1;
    const mine = entry.worker_id === call.worker_id && entry.attempt === attempt;
    if (entry.attempt === call.after_attempt || mine) {
      entry.attempt = attempt;
      entry.worker_id = call.worker_id;
      return { status: "begun", attempt, run: storedRun(record) };
    }
    const worker_id = entry.worker_id ?? call.worker_id;
    return { status: "begun_before", attempt: entry.attempt, worker_id, run: storedRun(record) };
  }
}
