const OPEN = "<think>";
const CLOSE = "</think>";

/**
 * Takes a `<think>…</think>` off the beginning of a text that comes in pieces. Servers that do not tell a
 * model's thoughts from its answer leave them there; they are no part of the answer.
 */
export class Thoughts {
  #at: "beginning" | "thought" | "gap" | "answer" = "beginning";
  #held = "";

  /** Takes the next piece; gives what of it is answer. */
  push(piece: string): string {
    if (this.#at === "answer") return piece;
    this.#held += piece;
    if (this.#at === "beginning") {
      const begun = this.#held.trimStart();
      if (begun.length < OPEN.length && OPEN.startsWith(begun)) return "";
      if (!begun.startsWith(OPEN)) return this.end();
      this.#at = "thought";
    }
    if (this.#at === "thought") {
      const close = this.#held.indexOf(CLOSE);
      // What is held need not grow with the thought: only its end may become the mark.
      this.#held = close < 0 ? this.#held.slice(-CLOSE.length) : this.#held.slice(close + CLOSE.length);
      if (close < 0) return "";
      this.#at = "gap";
    }
    this.#held = this.#held.trimStart();
    return this.#held === "" ? "" : this.end();
  }

  /** Nothing more comes: gives what was held back and is answer after all. */
  end(): string {
    const rest = this.#at === "thought" ? "" : this.#held;
    this.#held = "";
    this.#at = "answer";
    return rest;
  }
}
