import type { Chunk, RetrievedChunk } from "../knowledge/chunk.ts";

/**
 * The searchable corpus. Held by whoever retrieves, filled by ingestion before work is taken.
 */
export interface KnowledgeIndex {
  /** Makes `chunks` the whole corpus, at once: searches see the old or the new one. */
  replace(chunks: readonly Chunk[], corpus_version: string): Promise<void>;
  /**
   * The chunks most relevant to `query`, best first, at most `limit`; only those that are about it, so
   * none is an answer too.
   */
  search(query: string, limit: number, signal: AbortSignal): Promise<readonly RetrievedChunk[]>;
  /** Changes exactly when the corpus does; null before the first `replace`. */
  version(): string | null;
}
