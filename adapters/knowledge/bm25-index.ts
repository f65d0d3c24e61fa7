import type { Chunk } from "../../domain/knowledge/chunk.ts";
import type { KnowledgeIndex, SearchResult } from "../../domain/ports/knowledge-index.ts";
import { expand } from "./feedback.ts";
import { LatestBuild } from "./latest-build.ts";
import { LexicalIndex } from "./lexical-index.ts";
import { aboutQuery } from "./relevance.ts";
import { related, terms } from "./terms.ts";

/** Terms of a query that count, the most telling first: a pasted page costs no more than a long question. */
const LONGEST_QUERY = 64;
/** At least this many chunks are ranked anew by the expanded query; what stands behind them stays out. */
const CANDIDATES = 500;
const NOTHING: SearchResult = { chunks: [], degraded: null };

/** Finds chunks by their words (BM25 with feedback), in the memory of this process. */
export class Bm25KnowledgeIndex implements KnowledgeIndex {
  readonly #about: typeof aboutQuery;
  readonly #corpus = new LatestBuild<{ readonly index: LexicalIndex; readonly version: string }>();

  /** `about` chooses the matches that may be returned; measurements replace it to see what it costs. */
  constructor(about = aboutQuery) {
    this.#about = about;
  }

  replace(chunks: readonly Chunk[], version: string): Promise<void> {
    return this.#corpus.replace(async () => ({ index: await LexicalIndex.of(chunks), version }));
  }

  async search(query: string, limit: number, signal: AbortSignal): Promise<SearchResult> {
    signal.throwIfAborted();
    if (this.#corpus.value === null) return NOTHING;
    const { index } = this.#corpus.value;
    const asked = mostTelling(
      terms(query).flatMap((term) => inWordsOf(index, term)),
      index,
    );
    const about = this.#about(index.search(countsOf(asked)), new Set(asked), index);
    if (about.length === 0) return NOTHING;
    const candidates = about.slice(0, Math.max(limit, CANDIDATES)).map(({ position }) => position);
    const ranked = index.search(expand(asked, about, index), new Set(candidates));
    const chunks = ranked.slice(0, limit).flatMap(({ position, score }) => {
      const chunk = index.chunks[position];
      return chunk === undefined ? [] : [{ ...chunk, score }];
    });
    return { chunks, degraded: null };
  }

  version(): string | null {
    return this.#corpus.value?.version ?? null;
  }

  async close(): Promise<void> {
    // Nothing goes on behind.
  }
}

/** A term that the corpus does not know is looked for by those it knows for the same. */
function inWordsOf(index: LexicalIndex, term: string): readonly string[] {
  if (index.knows(term)) return [term];
  const known = related(term).filter((other) => index.knows(other));
  return known.length > 0 ? known : [term];
}

function mostTelling(asked: readonly string[], index: LexicalIndex): readonly string[] {
  if (asked.length <= LONGEST_QUERY) return asked;
  return [...new Set(asked)]
    .map((term) => ({ term, weight: index.inverseDocumentFrequency(term) }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, LONGEST_QUERY)
    .map(({ term }) => term);
}

/** A term that is asked for twice counts twice. */
function countsOf(asked: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const term of asked) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}
