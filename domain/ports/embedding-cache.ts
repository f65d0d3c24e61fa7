/**
 * Keeps the vectors of documents across restarts, so that nobody pays for them twice. Losing one is always
 * allowed; a wrong one never. What was neither saved nor loaded for 30 days is dropped. Keys are up to 128
 * letters and digits; a few hundred in one call.
 */
export interface EmbeddingCache {
  /** The vectors under these keys; what is not kept is left out. */
  load(keys: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
  save(vectors: ReadonlyMap<string, Float32Array>): Promise<void>;
}

export const EMBEDDINGS_KEPT_SECONDS = 30 * 24 * 60 * 60;
