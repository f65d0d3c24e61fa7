import { hash } from "node:crypto";
import { terms } from "../../adapters/knowledge/terms.ts";
import type { Embedder } from "../../domain/ports/embedder.ts";

const DIMENSIONS = 128;

/**
 * An Embedder without a model: each word is a direction drawn by its hash, words that are said to mean the
 * same share one, and a text is the sum of its words.
 */
export class ConceptEmbedder implements Embedder {
  readonly model: string;
  /** Every text that was asked for, in order. */
  readonly asked: string[] = [];
  readonly #concepts = new Map<string, string>();
  /** Set to make requests fail. */
  failure: Error | null = null;

  constructor(synonyms: readonly (readonly string[])[] = [], model = "concepts") {
    this.model = model;
    for (const group of synonyms) {
      for (const word of group.flatMap(terms)) this.#concepts.set(word, group.join(" "));
    }
  }

  async embed(texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]> {
    signal.throwIfAborted();
    if (this.failure !== null) throw this.failure;
    this.asked.push(...texts);
    return texts.map((text) => this.#vector(text));
  }

  #vector(text: string): number[] {
    const vector = new Array<number>(DIMENSIONS).fill(0);
    for (const word of terms(text)) {
      const bits = hash("sha512", `${this.model} ${this.#concepts.get(word) ?? word}`, "buffer");
      for (let n = 0; n < DIMENSIONS; n += 1)
        vector[n] = (vector[n] ?? 0) + (((bits[n % 64] ?? 0) >> (n >> 6)) % 2) - 0.5;
    }
    return vector;
  }
}
