import { MAX_MESSAGE_BYTES, TOO_LARGE } from "./bounded-fetch.ts";

const NEWLINE = 10;

/**
 * Lines of UTF-8 out of chunks of bytes. (The SDK's own reader looks through and copies all it holds with every
 * chunk: seconds, for one large message.)
 */
export class LineReader {
  #parts: Buffer[] = [];
  #size = 0;

  /** The lines that the chunk completes, without what ends them. Throws when a line is larger than a message may be. */
  *push(chunk: Buffer): Generator<string> {
    let rest = chunk;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      this.#hold(rest.subarray(0, end));
      yield this.#take();
      rest = rest.subarray(end + 1);
    }
    this.#hold(rest);
  }

  #hold(part: Buffer): void {
    this.#size += part.length;
    if (this.#size > MAX_MESSAGE_BYTES) throw new RangeError(TOO_LARGE);
    if (part.length > 0) this.#parts.push(part);
  }

  #take(): string {
    const line = Buffer.concat(this.#parts).toString("utf8");
    this.#parts = [];
    this.#size = 0;
    return line.replace(/\r$/, "");
  }
}
