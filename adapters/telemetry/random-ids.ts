import { hash, randomUUIDv7 } from "node:crypto";
import type { Ids } from "../../domain/ports/ids.ts";

/** Ids count on in the last digits of a UUID, two groups of three: looking three up costs less than writing them. */
const COUNTED_DIGITS = 6;
const COUNTED_MASK = 0xff_ff_ff;
const THREE_DIGITS = Array.from({ length: 0x1000 }, (_, value) => value.toString(16).padStart(3, "0"));

/** Ids from the machine's randomness and clock. */
export class RandomIds implements Ids {
  /** What `uuids` counts on from in this millisecond: a UUID without its last digits, and what these say next. */
  #head = "";
  #next = 0;
  #ms = Number.NaN;

  uuid(): string {
    return randomUUIDv7();
  }

  /** One is drawn in a millisecond, and the others count on from its random end (RFC 9562, § 6.2, method 2). */
  uuids(count: number): readonly string[] {
    const ms = Date.now();
    if (ms !== this.#ms) {
      const drawn = randomUUIDv7();
      this.#head = drawn.slice(0, -COUNTED_DIGITS);
      this.#next = Number.parseInt(drawn.slice(-COUNTED_DIGITS), 16);
      this.#ms = ms;
    }
    const ids: string[] = [];
    for (let made = 0; made < count; made += 1) {
      const digits = this.#next & COUNTED_MASK;
      ids.push(`${this.#head}${THREE_DIGITS[digits >> 12]}${THREE_DIGITS[digits & 0xfff]}`);
      this.#next += 1;
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
