import { hash } from "node:crypto";
import { TerminalError } from "../../domain/errors.ts";
import type { Embedder, EmbeddingPurpose } from "../../domain/ports/embedder.ts";
import type { EmbeddingCache } from "../../domain/ports/embedding-cache.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Meter } from "../../domain/ports/meter.ts";

/** Texts of one request; what it brought is kept before the next one is made. */
const BATCH = 64;
const PARALLEL_REQUESTS = 4;
/** Keys that the cache is asked for at once. */
const PAGE = 256;
/** How often vectors of two lengths are accepted as a model that has just been exchanged. */
const ROUNDS = 3;

export interface CachedEmbedderPorts {
  readonly embedder: Embedder;
  readonly cache: EmbeddingCache;
  readonly log: Log;
  readonly meter: Meter;
}

type Vectors = Map<string, Float32Array>;

/**
 * An Embedder that asks for each document's text once: vectors are kept by model and content, across restarts.
 * Queries are passed on, since what people ask has no bound.
 */
export class CachedEmbedder implements Embedder {
  readonly model: string;
  readonly #ports: CachedEmbedderPorts;
  /** How long the model's vectors are, as far as it was asked: cached ones of another length are out of date. */
  #dimensions: number | null = null;
  #saving = true;

  constructor(ports: CachedEmbedderPorts) {
    this.model = ports.embedder.model;
    this.#ports = ports;
  }

  async embed(
    texts: readonly string[],
    purpose: EmbeddingPurpose,
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]> {
    signal.throwIfAborted();
    if (purpose === "query") return this.#ask(texts, purpose, signal);
    const distinct = [...new Set(texts)];
    const vectors: Vectors = new Map();
    for (const page of pages(distinct, PAGE)) await this.#recall(page, vectors);
    this.#count("cache", vectors.size);
    for (let round = 0; round < ROUNDS; round += 1) {
      const missing = distinct.filter((text) => !this.#isCurrent(vectors.get(text)));
      if (missing.length === 0) return texts.flatMap((text) => vectors.get(text) ?? []);
      await this.#make(missing, vectors, signal);
    }
    throw new TerminalError("embedding_mismatch", `${this.model} makes vectors of different lengths`);
  }

  /**
   * Asks for all of them: a first batch, which tells whether and how the server does it, and then several at a
   * time. What has begun when one fails is waited for, and kept.
   */
  async #make(missing: readonly string[], vectors: Vectors, signal: AbortSignal): Promise<void> {
    const [first = [], ...others] = shuffled(pages(missing, BATCH));
    await this.#makeBatch(first, vectors, signal);
    const batches = others.values();
    const failures: unknown[] = [];
    const work = async () => {
      for (const batch of batches) {
        try {
          await this.#makeBatch(batch, vectors, signal);
        } catch (error) {
          failures.push(error);
        }
        if (failures.length > 0) return;
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_REQUESTS }, work));
    if (failures.length > 0) throw failures[0];
  }

  async #makeBatch(batch: readonly string[], vectors: Vectors, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    // Another worker may have asked for them meanwhile: that is also why batches come in any order.
    await this.#recall(batch, vectors);
    const missing = batch.filter((text) => !this.#isCurrent(vectors.get(text)));
    if (missing.length === 0) return;
    const made = await this.#ask(missing, "document", signal);
    const entries = missing.flatMap((text, n) => (made[n] === undefined ? [] : [[text, made[n]] as const]));
    for (const [text, vector] of entries) vectors.set(text, vector);
    await this.#save(new Map(entries.map(([text, vector]) => [this.#key(text), vector])));
    this.#count("model", missing.length);
  }

  async #ask(texts: readonly string[], purpose: EmbeddingPurpose, signal: AbortSignal) {
    const made = await this.#ports.embedder.embed(texts, purpose, signal);
    if (made.length !== texts.length) {
      const message = `${this.model} made ${made.length} vectors of ${texts.length} texts`;
      throw new TerminalError("embedding_mismatch", message);
    }
    this.#dimensions = made[0]?.length ?? this.#dimensions;
    return made;
  }

  async #recall(texts: readonly string[], vectors: Vectors): Promise<void> {
    const kept = await this.#ports.cache.load(texts.map((text) => this.#key(text)));
    for (const text of texts) {
      const vector = kept.get(this.#key(text));
      if (vector !== undefined && this.#isCurrent(vector)) vectors.set(text, vector);
    }
  }

  /** What was paid for is used, kept or not. */
  async #save(made: ReadonlyMap<string, Float32Array>): Promise<void> {
    try {
      await this.#ports.cache.save(made);
      this.#saving = true;
    } catch (error) {
      const fact = "vectors of documents cannot be kept, so the next start makes them again";
      if (this.#saving) this.#ports.log.warn(fact, { error });
      this.#saving = false;
    }
  }

  #isCurrent(vector: Float32Array | undefined): boolean {
    return vector !== undefined && (this.#dimensions === null || vector.length === this.#dimensions);
  }

  #key(text: string): string {
    return hash("sha256", JSON.stringify([this.model, text]));
  }

  #count(from: "cache" | "model", texts: number): void {
    this.#ports.meter.count("baton_embedded_texts_total", { from }, texts);
  }
}

function pages<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) =>
    items.slice(n * size, (n + 1) * size),
  );
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
