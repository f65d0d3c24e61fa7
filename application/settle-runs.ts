import type { Clock } from "../domain/ports/clock.ts";
import type { RunStore } from "../domain/ports/run-store.ts";
import type { RunStatus } from "../domain/run/state.ts";

/** What a process that holds its runs in memory finishes before it stops; people are not waited for. */
const UNDER_WAY: readonly RunStatus[] = ["queued", "running", "waiting_for_tool", "retrying"];
const LOOK_MS = 50;

/** Waits until no run is under way, for at most `limit_ms`. True when none is left. */
export async function settleRuns(store: RunStore, clock: Clock, limit_ms: number): Promise<boolean> {
  const give_up = clock.monotonic() + limit_ms;
  for (;;) {
    const found = await Promise.all(UNDER_WAY.map((status) => store.list({ status, limit: 1 })));
    if (found.every(({ runs }) => runs.length === 0)) return true;
    if (clock.monotonic() >= give_up) return false;
    await clock.pause(LOOK_MS);
  }
}
