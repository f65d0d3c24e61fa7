import { TerminalError } from "../../domain/errors.ts";
import type { KnowledgeIndex, SearchResult } from "../../domain/ports/knowledge-index.ts";
import { asThrown } from "../../domain/replay/as-thrown.ts";
import type { RecordedSearch } from "../../domain/replay/turns.ts";

/** Finds what the record's searches found: the n-th search gets the n-th recorded result, or its failure. */
export class ReplayKnowledgeIndex implements KnowledgeIndex {
  readonly #searches: readonly RecordedSearch[];
  #searched = 0;

  constructor(searches: readonly RecordedSearch[]) {
    this.#searches = searches;
  }

  async replace(): Promise<void> {
    return;
  }

  async search(): Promise<SearchResult> {
    const search = this.#searches[this.#searched];
    this.#searched += 1;
    if (search === undefined) throw new TerminalError("not_recorded", "the record holds no further search");
    if (search.failure !== null) throw asThrown(search.failure);
    return { chunks: search.chunks, degraded: search.degraded };
  }

  version(): string | null {
    return null;
  }

  async close(): Promise<void> {
    return;
  }
}
