import { hash, randomUUIDv7 } from "node:crypto";
import type { Ids } from "../../domain/ports/ids.ts";

/** Ids count on in the last digits of a UUID, two groups of three: looking three up costs less than writing them. */
const COUNTED_DIGITS = 6;
const COUNTED_MASK = 0xff_ff_ff;
const THREE_DIGITS = Array.from({ length: 0x1000 }, (_, value) => value.toString(16).padStart(3, "0"));

/** Ids from the machine's randomness and clock. */
export class RandomIds implements Ids {
  uuid(): string {
    return randomUUIDv7();
  }

  /** One is made, and the others count on from its random end (RFC 9562, § 6.2, method 2). */
  uuids(count: number): readonly string[] {
    const first = randomUUIDv7();
    const head = first.slice(0, -COUNTED_DIGITS);
    const end = Number.parseInt(first.slice(-COUNTED_DIGITS), 16);
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const digits = (end + index) & COUNTED_MASK;
      ids.push(`${head}${THREE_DIGITS[digits >> 12]}${THREE_DIGITS[digits & 0xfff]}`);
    }
    return ids;
  }

  digest(text: string): string {
    return hash("sha256", text);
  }

  random(): number {
    return Math.random();
  }
}
