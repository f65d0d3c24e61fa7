import type { WorkerId } from "../../domain/ids.ts";
import type { ToolAnnouncements, ToolCatalog } from "../../domain/ports/tool-catalog.ts";
import { mergeAnnouncements } from "../../domain/tools/catalog.ts";
import type { ToolDescriptor } from "../../domain/tools/tool.ts";
import type { MemoryDatabase } from "./database.ts";

/** ToolCatalog in the memory of one process. */
export class MemoryToolCatalog implements ToolCatalog, ToolAnnouncements {
  readonly #db: MemoryDatabase;
  readonly #announced = new Map<WorkerId, readonly ToolDescriptor[]>();

  constructor(db: MemoryDatabase) {
    this.#db = db;
  }

  async announce(worker_id: WorkerId, tools: readonly ToolDescriptor[]): Promise<void> {
    this.#announced.set(worker_id, tools);
  }

  async list(): Promise<readonly ToolDescriptor[]> {
    for (const worker_id of this.#announced.keys()) {
      if (!this.#db.isAlive(worker_id)) this.#announced.delete(worker_id);
    }
    return mergeAnnouncements([...this.#announced.values()]);
  }
}
