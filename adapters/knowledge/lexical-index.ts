import { setImmediate } from "node:timers/promises";
import MiniSearch from "minisearch";
import type { Chunk } from "../../domain/knowledge/chunk.ts";
import { terms } from "./terms.ts";

/** BM25's parameters and the weights of the fields, as measured: `npm run retrieval:measure`. */
const BM25 = { k: 1.5, b: 0.75, d: 0 };
const FIELD_WEIGHTS = { parents: 0.5, heading: 1.5, text: 1 };
/** Chunks indexed in one go, some 10 ms: the process stays responsive. */
const BATCH = 100;

/** A chunk's place in the corpus, how well it matches, and which of the query's terms it holds. */
export interface Match {
  readonly position: number;
  readonly score: number;
  readonly terms: readonly string[];
}

/** A chunk's terms, joined by spaces: its heading, the headings above that, its text. */
interface IndexedChunk extends Record<keyof typeof FIELD_WEIGHTS, string> {
  readonly position: number;
}

/** A corpus that can be searched by weighted terms. Never changes: another corpus is another index. */
export class LexicalIndex {
  readonly chunks: readonly Chunk[];
  readonly #documentFrequency = new Map<string, number>();
  readonly #index = new MiniSearch<IndexedChunk>({
    idField: "position",
    fields: Object.keys(FIELD_WEIGHTS),
    tokenize: (joined) => joined.split(" "),
    processTerm: (term) => term,
    searchOptions: { bm25: BM25, boost: FIELD_WEIGHTS },
  });

  private constructor(chunks: readonly Chunk[]) {
    this.chunks = chunks;
  }

  static async of(chunks: readonly Chunk[]): Promise<LexicalIndex> {
    const index = new LexicalIndex(chunks);
    for (let position = 0; position < chunks.length; position += 1) {
      index.#add(position);
      if (position % BATCH === BATCH - 1) await setImmediate();
    }
    return index;
  }

  /** How much the term tells chunks apart: 0 when all have it, most when none has. Natural logarithm. */
  inverseDocumentFrequency(term: string): number {
    const frequency = this.#documentFrequency.get(term) ?? 0;
    return Math.log(1 + (this.chunks.length - frequency + 0.5) / (frequency + 0.5));
  }

  /** Whether any chunk holds the term. */
  knows(term: string): boolean {
    return this.#documentFrequency.has(term);
  }

  /**
   * Chunks that hold at least one of the terms, best first; `among` leaves out all other positions. The score
   * is BM25's, times the number of terms that match: MiniSearch does so, and it ranks better than BM25 alone.
   */
  search(weights: ReadonlyMap<string, number>, among?: ReadonlySet<number>): Match[] {
    return this.#index
      .search([...weights.keys()].join(" "), {
        boostTerm: (term) => weights.get(term) ?? 0,
        ...(among && { boostDocument: (position) => (among.has(position) ? 1 : 0) }),
      })
      .map(({ id, score, queryTerms }) => ({ position: id, score, terms: queryTerms }));
  }

  /** All terms of a chunk, those of its headings too. */
  termsAt(position: number): string[] {
    const chunk = this.chunks[position];
    return chunk === undefined ? [] : Object.values(fieldsOf(chunk)).flatMap(terms);
  }

  #add(position: number): void {
    const chunk = this.chunks[position];
    if (chunk === undefined) return;
    const { parents, heading, text } = fieldsOf(chunk);
    const indexed = { parents: terms(parents), heading: terms(heading), text: terms(text) };
    this.#index.add({
      position,
      parents: indexed.parents.join(" "),
      heading: indexed.heading.join(" "),
      text: indexed.text.join(" "),
    });
    for (const term of new Set(Object.values(indexed).flat())) {
      this.#documentFrequency.set(term, (this.#documentFrequency.get(term) ?? 0) + 1);
    }
  }
}

function fieldsOf({ metadata, text }: Chunk): Record<keyof typeof FIELD_WEIGHTS, string> {
  const path = Array.isArray(metadata.heading_path) ? metadata.heading_path : [metadata.title ?? ""];
  return { parents: path.slice(0, -1).join(" "), heading: String(path.at(-1) ?? ""), text };
}
