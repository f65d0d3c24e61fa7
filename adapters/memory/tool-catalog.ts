import type { WorkerId } from "../../domain/ids.ts";
import type { ToolAnnouncements, ToolCatalog } from "../../domain/ports/tool-catalog.ts";
import { type Announcement, mergeFaults, mergeTools } from "../../domain/tools/catalog.ts";
import type { ServerFault, ToolDescriptor } from "../../domain/tools/tool.ts";
import type { MemoryDatabase } from "./database.ts";

/** ToolCatalog in the memory of one process. */
export class MemoryToolCatalog implements ToolCatalog, ToolAnnouncements {
  readonly #db: MemoryDatabase;
  readonly #announced = new Map<WorkerId, Announcement>();

  constructor(db: MemoryDatabase) {
    this.#db = db;
  }

  async announce(
    worker_id: WorkerId,
    tools: readonly ToolDescriptor[],
    faults: readonly ServerFault[] = [],
  ): Promise<void> {
    this.#announced.set(worker_id, { tools, faults });
  }

  async list(): Promise<readonly ToolDescriptor[]> {
    return mergeTools(this.#ofTheLiving());
  }

  async faults(): Promise<readonly ServerFault[]> {
    return mergeFaults(this.#ofTheLiving());
  }

  #ofTheLiving(): readonly Announcement[] {
    for (const worker_id of this.#announced.keys()) {
      if (!this.#db.isAlive(worker_id)) this.#announced.delete(worker_id);
    }
    return [...this.#announced.values()];
  }
}
