import { UnknownRunError } from "../domain/errors.ts";
import { KNOWLEDGE_INGESTION, type RunId } from "../domain/ids.ts";
import type { RunQuery, RunStore } from "../domain/ports/run-store.ts";
import type { RunEvent } from "../domain/run/events.ts";
import type { RunState } from "../domain/run/state.ts";
import type { RunSummary } from "../domain/run/summary.ts";
import { loadState } from "./load-state.ts";

/** How many events are read from the store at a time. */
const PAGE = 1000;

/** Reads runs on behalf of a tenant: what belongs to another is unknown. A null tenant sees all. */
export class ReadRuns {
  readonly #store: RunStore;

  constructor(store: RunStore) {
    this.#store = store;
  }

  /** The run's state now. Throws UnknownRunError. */
  async state(run_id: RunId, tenant_id: string | null): Promise<RunState> {
    // Its events are stored as a run's are, but there is nothing that they fold to.
    if (run_id === KNOWLEDGE_INGESTION) throw new UnknownRunError(run_id);
    const state = await loadState(this.#store, run_id);
    if (!state || (tenant_id !== null && state.tenant_id !== tenant_id)) throw new UnknownRunError(run_id);
    return state;
  }

  /** Up to `limit` events behind `after`. Throws UnknownRunError. */
  async events(
    run_id: RunId,
    range: { readonly after: number; readonly limit: number },
  ): Promise<readonly RunEvent[]> {
    const events = await this.#store.events(run_id, range);
    if (events === null) throw new UnknownRunError(run_id);
    return events;
  }

  /** All events of the run, for projections such as the trace. Throws UnknownRunError. */
  async history(run_id: RunId): Promise<readonly RunEvent[]> {
    const all: RunEvent[] = [];
    for (;;) {
      const page = await this.events(run_id, { after: all.length, limit: PAGE });
      all.push(...page);
      if (page.length < PAGE) return all;
    }
  }

  list(
    query: RunQuery,
  ): Promise<{ readonly runs: readonly RunSummary[]; readonly next_cursor: string | null }> {
    return this.#store.list(query);
  }
}
