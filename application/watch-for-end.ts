import type { DomainError } from "../domain/errors.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { RunSession } from "./run-session.ts";

/** Whoever has recorded nothing for so long looks whether its run goes on. */
const LOOK_MS = 2_000;

/**
 * Aborts `stop` with `reason` when somebody else has ended the run that a session works on. Who commits finds out
 * by that, and the feed tells the others, but the feed may lose what it tells: without a look, a model that says
 * nothing, or a tool that takes its time, would be waited on for a run that is over. Ends when `stop` aborts;
 * never throws.
 */
export async function watchForEnd(
  session: RunSession,
  clock: Clock,
  stop: AbortController,
  reason: () => DomainError,
): Promise<void> {
  const { signal } = stop;
  while (!signal.aborted) {
    const { version } = session;
    await clock.pause(LOOK_MS, signal);
    if (signal.aborted || session.version !== version) continue;
    // A store that is out of reach tells nothing now; the next look may.
    const over = await session.wasEnded().catch(() => false);
    if (over) stop.abort(reason());
  }
}
