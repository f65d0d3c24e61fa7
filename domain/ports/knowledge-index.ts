import type { Chunk, RetrievedChunk } from "../knowledge/chunk.ts";

export interface SearchResult {
  /** Best first. */
  readonly chunks: readonly RetrievedChunk[];
  /** Why the search was less than it is meant to be, for people to read; null when nothing was missing. */
  readonly degraded: string | null;
}

/**
 * The searchable corpus. Held by whoever retrieves, filled by ingestion before work is taken.
 */
export interface KnowledgeIndex {
  /**
   * Makes `chunks` the whole corpus, at once: searches see the old or the new one. What takes long or fails
   * for now may come behind; searches are degraded until then.
   */
  replace(chunks: readonly Chunk[], corpus_version: string): Promise<void>;
  /**
   * The chunks most relevant to `query`, at most `limit`; only those that are about it, so none is an answer
   * too. The same query on the same corpus finds the same, unless it says that it was degraded.
   */
  search(query: string, limit: number, signal: AbortSignal): Promise<SearchResult>;
  /** Changes exactly when the corpus does; null before the first `replace`. */
  version(): string | null;
  /** Ends what goes on behind. What is there can still be searched. */
  close(): Promise<void>;
}
