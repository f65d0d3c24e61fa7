import type { RunId } from "../domain/ids.ts";
import type { RunSessions } from "./run-session.ts";

/** Ends a run at any moment: whoever drives it or executes its tools stops as soon as it hears of it. */
export class CancelRun {
  readonly #sessions: RunSessions;

  constructor(sessions: RunSessions) {
    this.#sessions = sessions;
  }

  /** No error when it was cancelled before. Throws UnknownRunError, and RefusedError `run_ended`. */
  async execute(run_id: RunId, by: { readonly user_id: string; readonly reason: string }): Promise<void> {
    const session = await this.#sessions.open(run_id);
    session.apply({ type: "Cancel", ...by });
    await session.commit();
  }
}
