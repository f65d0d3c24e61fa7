import type { RunId } from "../domain/ids.ts";
import type { RunStore } from "../domain/ports/run-store.ts";
import { proveRun, type Violation } from "../domain/run/proof.ts";
import type { RunStatus } from "../domain/run/state.ts";
import type { ReadRuns } from "./read-runs.ts";

export interface Proof {
  readonly run_id: RunId;
  readonly status: RunStatus;
  readonly events: number;
  readonly violations: readonly Violation[];
}

const PAGE = 200;

/** Proves the invariants of stored runs from what is stored. */
export class VerifyRuns {
  readonly #store: RunStore;
  readonly #runs: ReadRuns;

  constructor(store: RunStore, runs: ReadRuns) {
    this.#store = store;
    this.#runs = runs;
  }

  /** Throws UnknownRunError. */
  async one(run_id: RunId): Promise<Proof> {
    const { situation } = await this.#runs.state(run_id, null);
    const events = await this.#runs.history(run_id);
    const stored = await this.#store.load(run_id);
    const violations = proveRun(events, stored?.snapshot ?? null);
    return { run_id, status: situation.status, events: events.length, violations };
  }

  /** All runs that are kept, newest first. */
  async *all(): AsyncGenerator<Proof, void> {
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<RunStore["list"]>> = await this.#store.list({
        limit: PAGE,
        ...(cursor !== null && { cursor }),
      });
      for (const { run_id } of page.runs) yield await this.one(run_id);
      cursor = page.next_cursor;
    } while (cursor !== null);
  }
}
