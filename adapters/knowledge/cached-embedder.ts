import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { TerminalError } from "../../domain/errors.ts";
import type { Cache } from "../../domain/ports/cache.ts";
import type { Embedder } from "../../domain/ports/embedder.ts";

/** Texts in one request; providers take at least this many. */
const BATCH = 64;
const PARALLEL_REQUESTS = 4;
/** A corpus that is not ingested for this long is paid for again. */
const KEPT_SECONDS = 30 * 24 * 60 * 60;

/** An Embedder that asks for each text once: vectors are kept by model and content, across restarts. */
export class CachedEmbedder implements Embedder {
  readonly model: string;
  readonly #embedder: Embedder;
  readonly #cache: Cache;

  constructor(embedder: Embedder, cache: Cache) {
    this.model = embedder.model;
    this.#embedder = embedder;
    this.#cache = cache;
  }

  async embed(texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]> {
    const distinct = [...new Set(texts)];
    const batches = Array.from({ length: Math.ceil(distinct.length / BATCH) }, (_, n) =>
      distinct.slice(n * BATCH, (n + 1) * BATCH),
    );
    const vectors = new Map<string, readonly number[]>();
    const remaining = batches.values();
    const work = async () => {
      for (const batch of remaining) {
        for (const [text, vector] of await this.#embedBatch(batch, signal)) vectors.set(text, vector);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_REQUESTS }, work));
    return texts.map((text) => vectors.get(text) ?? []);
  }

  async #embedBatch(
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly number[]>> {
    signal.throwIfAborted();
    const vectors = new Map<string, readonly number[]>();
    const cached = await Promise.all(texts.map((text) => this.#cache.get(this.#key(text))));
    for (const [n, text] of texts.entries()) {
      const value = cached[n];
      if (typeof value === "string") vectors.set(text, unpack(value));
    }
    const missing = texts.filter((text) => !vectors.has(text));
    if (missing.length === 0) return vectors;
    const made = await this.#embedder.embed(missing, signal);
    if (made.length !== missing.length) {
      throw new TerminalError(
        "embedding_mismatch",
        `${this.model} made ${made.length} vectors of ${missing.length} texts`,
      );
    }
    for (const [n, text] of missing.entries()) vectors.set(text, made[n] ?? []);
    await Promise.all(
      missing.map((text) => this.#cache.set(this.#key(text), pack(vectors.get(text) ?? []), KEPT_SECONDS)),
    );
    return vectors;
  }

  #key(text: string): string {
    return `embedding:${this.model}:${hash("sha256", text)}`;
  }
}

/** 32-bit floats in base64: a quarter of what the numbers take as text. */
function pack(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString("base64");
}

function unpack(packed: string): readonly number[] {
  const bytes = Uint8Array.from(Buffer.from(packed, "base64"));
  return [...new Float32Array(bytes.buffer)];
}
