import type { MinuteCount, Throughput } from "../../domain/ports/throughput.ts";
import type { MemoryDatabase } from "./database.ts";

/** Throughput in the memory of one process. */
export class MemoryThroughput implements Throughput {
  readonly #db: MemoryDatabase;

  constructor(db: MemoryDatabase) {
    this.#db = db;
  }

  async perMinute(minutes: number): Promise<readonly MinuteCount[]> {
    return this.#db.counts(minutes);
  }
}
