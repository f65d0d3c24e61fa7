import { DomainError, TransientError } from "../../domain/errors.ts";
import type { Chunk, RetrievedChunk } from "../../domain/knowledge/chunk.ts";
import type { Embedder } from "../../domain/ports/embedder.ts";
import type { KnowledgeIndex, SearchResult } from "../../domain/ports/knowledge-index.ts";
import type { Log } from "../../domain/ports/log.ts";
import { Bm25KnowledgeIndex } from "./bm25-index.ts";
import { CorpusVectors, type CorpusVectorsOptions } from "./corpus-vectors.ts";
import { fuse } from "./fusion.ts";
import { LatestBuild } from "./latest-build.ts";
import type { Neighbour } from "./vector-index.ts";

/** Each side nominates at least so many chunks: the best two are the first two of the best ten. */
const NOMINATED = 100;
/** A run waits no longer than this for its question's vector. */
const QUERY_TIMEOUT_MS = 3_000;
/** After a failure, questions are not embedded for so long: a dead server costs one run its time, not each. */
const REST_MS = 10_000;
const LONGEST_REST_MS = 10 * 60_000;
/** Characters of a question that are embedded: what every model takes. */
const LONGEST_QUERY = 8_000;
const DEFAULTS: HybridOptions = { patience_ms: 5_000, optional: false };

export type HybridOptions = CorpusVectorsOptions;

interface Corpus {
  readonly chunks: readonly Chunk[];
  readonly words: KnowledgeIndex;
  readonly vectors: CorpusVectors;
}

/** What meaning adds to a search; `missing` says why it adds nothing, when it should. */
interface Neighbourhood {
  readonly neighbours: readonly Neighbour[];
  readonly missing: string | null;
}

/**
 * Finds chunks by their words and by their meaning, fused by rank. While the documents or the question cannot
 * be embedded, words alone answer, and the result says so. A chunk without the question's words counts when
 * words found others and it is near, or when its meaning stands out; so small talk finds nothing here either.
 */
export class HybridKnowledgeIndex implements KnowledgeIndex {
  readonly #embedder: Embedder;
  readonly #log: Log;
  readonly #options: HybridOptions;
  readonly #corpus = new LatestBuild<Corpus>();
  /** Those of the latest corpus that was given. */
  #filling: CorpusVectors | null = null;
  #restingUntil = Number.NEGATIVE_INFINITY;
  #outage = false;

  /** `embedder` should keep what it made, see CachedEmbedder: every replacement embeds the whole corpus. */
  constructor(embedder: Embedder, log: Log, options: Partial<HybridOptions> = {}) {
    this.#embedder = embedder;
    this.#log = log;
    this.#options = { ...DEFAULTS, ...options };
  }

  async replace(chunks: readonly Chunk[], corpus_version: string): Promise<void> {
    const superseded = this.#filling;
    const vectors = new CorpusVectors(chunks.map(embeddedText), this.#embedder, this.#log, this.#options);
    this.#filling = vectors;
    await superseded?.[Symbol.asyncDispose]();
    await this.#corpus.replace(async () => {
      const words = new Bm25KnowledgeIndex();
      await words.replace(chunks, corpus_version);
      await vectors.started();
      return { chunks, words, vectors };
    });
  }

  async search(query: string, limit: number, signal: AbortSignal): Promise<SearchResult> {
    signal.throwIfAborted();
    const corpus = this.#corpus.value;
    if (corpus === null || corpus.chunks.length === 0 || query.trim() === "") {
      return { chunks: [], degraded: null };
    }
    const nominated = Math.max(limit, NOMINATED);
    const [{ chunks: byWords }, { neighbours, missing }] = await Promise.all([
      corpus.words.search(query, nominated, signal),
      this.#neighbourhood(query, corpus.vectors, nominated, signal),
    ]);
    const byMeaning = neighbours
      .filter(({ standsOut, isNear }) => standsOut || (isNear && byWords.length > 0))
      .flatMap(({ position }) => corpus.chunks[position] ?? []);
    const chunks: readonly RetrievedChunk[] = missing === null ? fuse([byWords, byMeaning]) : byWords;
    const degraded = missing === null ? null : `${missing}, words alone found the evidence`;
    return { chunks: chunks.slice(0, limit), degraded };
  }

  version(): string | null {
    return this.#corpus.value?.words.version() ?? null;
  }

  async close(): Promise<void> {
    await this.#filling?.[Symbol.asyncDispose]();
  }

  async #neighbourhood(
    query: string,
    vectors: CorpusVectors,
    limit: number,
    signal: AbortSignal,
  ): Promise<Neighbourhood> {
    const { index, missing } = vectors;
    if (index === null) return { neighbours: [], missing };
    if (performance.now() < this.#restingUntil) return without("questions cannot be embedded for the moment");
    try {
      const vector = await this.#embed(query, signal);
      this.#outage = false;
      if (vector.length !== index.dimensions) {
        vectors.refill();
        return without("the documents are being embedded anew");
      }
      return { neighbours: index.nearest(vector, limit), missing: null };
    } catch (error) {
      signal.throwIfAborted();
      this.#rest(error);
      const code = error instanceof DomainError ? error.code : "model_timeout";
      return without(`the question could not be embedded (${code})`);
    }
  }

  async #embed(query: string, signal: AbortSignal): Promise<Float32Array> {
    const within = AbortSignal.any([signal, AbortSignal.timeout(QUERY_TIMEOUT_MS)]);
    const text = query.slice(0, LONGEST_QUERY).toWellFormed();
    const [vector] = await this.#embedder.embed([text], "query", within);
    return vector ?? new Float32Array();
  }

  #rest(error: unknown): void {
    const told = error instanceof TransientError ? (error.retry_after_seconds ?? 0) * 1000 : 0;
    this.#restingUntil = performance.now() + Math.min(Math.max(REST_MS, told), LONGEST_REST_MS);
    if (!this.#outage) this.#log.warn("questions cannot be embedded, words alone answer them", { error });
    this.#outage = true;
  }
}

function without(missing: string): Neighbourhood {
  return { neighbours: [], missing };
}

/** What of a chunk is embedded: its text under its headings. */
export function embeddedText({ text, metadata: { heading_path } }: Chunk): string {
  return Array.isArray(heading_path) ? `${heading_path.join(": ")}\n\n${text}` : text;
}
