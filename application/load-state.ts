import type { RunId } from "../domain/ids.ts";
import type { RunStore } from "../domain/ports/run-store.ts";
import { fold } from "../domain/run/evolve.ts";
import type { RunState } from "../domain/run/state.ts";

/** A run's state as it is stored now; null when the run is unknown or has expired. */
export async function loadState(store: RunStore, run_id: RunId): Promise<RunState | null> {
  const stored = await store.load(run_id);
  return stored && fold(stored.snapshot, stored.tail);
}
