import type { Admission } from "../../domain/ports/admission.ts";
import type { MemoryDatabase } from "./database.ts";

/** Admission in the memory of one process. */
export class MemoryAdmission implements Admission {
  readonly #db: MemoryDatabase;

  constructor(db: MemoryDatabase) {
    this.#db = db;
  }

  async active(tenant_id?: string): Promise<number> {
    if (tenant_id === undefined) return this.#db.active.size;
    return [...this.#db.active.values()].filter((run) => run.tenant_id === tenant_id).length;
  }
}
