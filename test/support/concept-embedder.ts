import { hash } from "node:crypto";
import { terms } from "../../adapters/knowledge/terms.ts";
import type { Embedder, EmbeddingPurpose } from "../../domain/ports/embedder.ts";

const DIMENSIONS = 128;

/**
 * An Embedder without a model: each word is a direction drawn by its hash, words that are said to mean the
 * same share one, and a text is the sum of its words.
 */
export class ConceptEmbedder implements Embedder {
  readonly model: string;
  /** Every text that was asked for, in order. */
  readonly asked: string[] = [];
  /** How long the vectors are. */
  dimensions = DIMENSIONS;
  /** Set to make requests fail. */
  failure: Error | null = null;
  /** Set to make requests wait for it, or for their signal. */
  until: Promise<unknown> | null = null;
  readonly #concepts = new Map<string, string>();

  constructor(synonyms: readonly (readonly string[])[] = [], model = "concepts") {
    this.model = model;
    for (const group of synonyms) {
      for (const word of group.flatMap(terms)) this.#concepts.set(word, group.join(" "));
    }
  }

  async embed(
    texts: readonly string[],
    _purpose: EmbeddingPurpose,
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]> {
    signal.throwIfAborted();
    if (this.until !== null) await Promise.race([this.until, aborted(signal)]);
    if (this.failure !== null) throw this.failure;
    this.asked.push(...texts);
    return texts.map((text) => this.#vector(text));
  }

  #vector(text: string): Float32Array {
    const vector = new Float32Array(this.dimensions);
    for (const word of terms(text)) {
      const bits = hash("sha512", `${this.model} ${this.#concepts.get(word) ?? word}`, "buffer");
      for (let n = 0; n < vector.length; n += 1)
        vector[n] = (vector[n] ?? 0) + (((bits[n % 64] ?? 0) >> (n >> 6)) % 2) - 0.5;
    }
    return vector;
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
