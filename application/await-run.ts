import type { RunId } from "../domain/ids.ts";
import type { Ids } from "../domain/ports/ids.ts";
import { fold } from "../domain/run/evolve.ts";
import type { RunView } from "../domain/run/summary.ts";
import type { FollowRun } from "./follow-run.ts";
import type { StartRun, StartRunRequest } from "./start-run.ts";

/** Starts a run and waits for its end, for those who want nothing of what happens in between. */
export class AwaitRun {
  readonly #start: StartRun;
  readonly #follow: FollowRun;
  readonly #ids: Ids;

  constructor(start: StartRun, follow: FollowRun, ids: Ids) {
    this.#start = start;
    this.#follow = follow;
    this.#ids = ids;
  }

  /** How the run ended, or how it stands when `signal` aborts before. Throws what StartRun throws. */
  async execute(request: StartRunRequest, signal: AbortSignal): Promise<RunView> {
    // A key may lead to another run than the one that would be started.
    if (request.idempotency_key !== undefined) {
      const { run_id } = await this.#start.execute(request);
      return this.#follow.end(run_id, signal);
    }
    const run_id = request.run_id ?? (this.#ids.uuid() as RunId);
    // Watched before it is there: its end cannot be missed, and the store need not be asked for it.
    await using watch = await this.#follow.watch(run_id, signal);
    const { events } = await this.#start.execute({ ...request, run_id });
    return await watch.end(fold(null, events));
  }
}
