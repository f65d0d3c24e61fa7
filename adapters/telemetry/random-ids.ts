import { hash, randomUUIDv7 } from "node:crypto";
import type { Ids } from "../../domain/ports/ids.ts";

/** The last group of a UUID: 48 bits. */
const NODE_DIGITS = 12;
const NODE_VALUES = 2 ** 48;

/** Ids from the machine's randomness and clock. */
export class RandomIds implements Ids {
  uuid(): string {
    return randomUUIDv7();
  }

  /** One is made, and the others count on from its random end (RFC 9562, § 6.2, method 2). */
  uuids(count: number): readonly string[] {
    const first = randomUUIDv7();
    const head = first.slice(0, -NODE_DIGITS);
    const end = Number.parseInt(first.slice(-NODE_DIGITS), 16);
    return Array.from({ length: count }, (_, index) =>
      index === 0 ? first : head + ((end + index) % NODE_VALUES).toString(16).padStart(NODE_DIGITS, "0"),
    );
  }

  digest(text: string): string {
    return hash("sha256", text);
  }

  random(): number {
    return Math.random();
  }
}
