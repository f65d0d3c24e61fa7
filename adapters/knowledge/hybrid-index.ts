import type { Chunk, RetrievedChunk } from "../../domain/knowledge/chunk.ts";
import type { Embedder } from "../../domain/ports/embedder.ts";
import type { KnowledgeIndex, SearchResult } from "../../domain/ports/knowledge-index.ts";
import type { Log } from "../../domain/ports/log.ts";
import { Bm25KnowledgeIndex } from "./bm25-index.ts";
import { LatestBuild } from "./latest-build.ts";
import { VectorIndex } from "./vector-index.ts";

/** Dampens the lead of the first ranks, as in the paper on reciprocal rank fusion (Cormack et al., 2009). */
const RANK_OFFSET = 60;
/** How many chunks each side nominates, for each that is asked for. */
const NOMINATED = 4;
/** A corpus is embedded within this time, a question within that: then words alone have to do. */
const CORPUS_TIMEOUT_MS = 10 * 60_000;
const QUERY_TIMEOUT_MS = 3_000;
/** Characters of a question that are embedded: what every model takes. */
const LONGEST_QUERY = 8_000;

interface Corpus {
  readonly chunks: readonly Chunk[];
  readonly words: KnowledgeIndex;
  /** Null when the chunks could not be embedded. */
  readonly vectors: VectorIndex | null;
}

/**
 * Finds chunks by their words and by their meaning, fused by rank. When embedding fails, words alone answer,
 * and the log says so. A chunk without the question's words counts when words found others, or when its
 * meaning stands out; so small talk finds nothing here either.
 */
export class HybridKnowledgeIndex implements KnowledgeIndex {
  readonly #embedder: Embedder;
  readonly #log: Log;
  readonly #corpus = new LatestBuild<Corpus>();

  /** `embedder` should keep what it made, see CachedEmbedder: every replacement embeds the whole corpus. */
  constructor(embedder: Embedder, log: Log) {
    this.#embedder = embedder;
    this.#log = log;
  }

  replace(chunks: readonly Chunk[], corpus_version: string): Promise<void> {
    return this.#corpus.replace(async () => {
      const words = new Bm25KnowledgeIndex();
      await words.replace(chunks, corpus_version);
      return { chunks, words, vectors: await this.#embedCorpus(chunks) };
    });
  }

  async search(query: string, limit: number, signal: AbortSignal): Promise<SearchResult> {
    signal.throwIfAborted();
    const corpus = this.#corpus.value;
    if (corpus === null) return { chunks: [], degraded: null };
    const nominated = limit * NOMINATED;
    const [{ chunks: byWords }, neighbours] = await Promise.all([
      corpus.words.search(query, nominated, signal),
      this.#neighbours(query, corpus, nominated, signal),
    ]);
    const byMeaning = neighbours
      .filter(({ standsOut }) => standsOut || byWords.length > 0)
      .flatMap(({ position }) => corpus.chunks[position] ?? []);
    return { chunks: fuse([byWords, byMeaning]).slice(0, limit), degraded: null };
  }

  version(): string | null {
    return this.#corpus.value?.words.version() ?? null;
  }

  async close(): Promise<void> {
    // Nothing goes on behind.
  }

  async #embedCorpus(chunks: readonly Chunk[]): Promise<VectorIndex | null> {
    try {
      const signal = AbortSignal.timeout(CORPUS_TIMEOUT_MS);
      return new VectorIndex(await this.#embedder.embed(chunks.map(embeddedText), signal));
    } catch (error) {
      this.#log.warn("the documents could not be embedded, words alone find them", { error });
      return null;
    }
  }

  async #neighbours(query: string, { vectors }: Corpus, limit: number, signal: AbortSignal) {
    if (vectors === null || query.trim() === "") return [];
    try {
      const within = AbortSignal.any([signal, AbortSignal.timeout(QUERY_TIMEOUT_MS)]);
      const [vector = []] = await this.#embedder.embed([query.slice(0, LONGEST_QUERY)], within);
      return vectors.nearest(vector, limit);
    } catch (error) {
      signal.throwIfAborted();
      this.#log.warn("a question could not be embedded, words alone answer it", { error });
      return [];
    }
  }
}

/** Each ranking gives a chunk 1 / (60 + rank); the sums rank anew. Chunks of equal sums keep their order. */
function fuse(rankings: readonly (readonly Chunk[])[]): RetrievedChunk[] {
  const fused = new Map<string, RetrievedChunk>();
  for (const ranking of rankings) {
    for (const [rank, chunk] of ranking.entries()) {
      const score = (fused.get(chunk.chunk_id)?.score ?? 0) + 1 / (RANK_OFFSET + rank + 1);
      fused.set(chunk.chunk_id, { ...chunk, score });
    }
  }
  return [...fused.values()].sort((a, b) => b.score - a.score);
}

function embeddedText({ text, metadata: { heading_path } }: Chunk): string {
  return Array.isArray(heading_path) ? `${heading_path.join(": ")}\n\n${text}` : text;
}
