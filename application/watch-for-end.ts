import type { DomainError } from "../domain/errors.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { RunSession } from "./run-session.ts";

/** Whoever has recorded nothing for so long looks whether its run goes on. */
const LOOK_MS = 2_000;

/**
 * Aborts `stop` with `reason` when somebody else has ended the run that a session works on. Who commits finds out
 * by that, and the feed tells the others, but the feed may lose what it tells: without a look, a model that says
 * nothing, or a tool that takes its time, would be waited on for a run that is over. Returns how to stop watching;
 * never throws.
 */
export function watchForEnd(
  session: RunSession,
  clock: Clock,
  stop: AbortController,
  reason: () => DomainError,
): () => void {
  let watching = true;
  let cancel = lookLater();

  function lookLater(): () => void {
    const { version } = session;
    return clock.alarm(LOOK_MS, () => void look(version));
  }

  async function look(version: number): Promise<void> {
    // A store that is out of reach tells nothing now; the next look may.
    const over = session.version === version && (await session.wasEnded().catch(() => false));
    if (!watching) return;
    if (over) stop.abort(reason());
    else cancel = lookLater();
  }

  return () => {
    watching = false;
    cancel();
  };
}
