import { hash, randomUUIDv7 } from "node:crypto";
import type { Ids } from "../../domain/ports/ids.ts";

/** Ids from the machine's randomness and clock. */
export class RandomIds implements Ids {
  uuid(): string {
    return randomUUIDv7();
  }

  digest(text: string): string {
    return hash("sha256", text);
  }

  random(): number {
    return Math.random();
  }
}
