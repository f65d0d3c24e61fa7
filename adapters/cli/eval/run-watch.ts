import type { EvalCase } from "../../../domain/evaluation/case.ts";
import type { RunId } from "../../../domain/ids.ts";
import type { RunEvent } from "../../../domain/run/events.ts";
import { ApiError, type RunClient } from "../run-client.ts";

/** What a cancelled run may take to come to its end. */
const CANCELLING_MS = 5_000;

/**
 * Follows one run to its end: answers what it asks a person, and cancels it when nobody would answer or when
 * `enough` aborts. Disposing it ends the following.
 */
export class RunWatch implements Disposable {
  readonly #client: RunClient;
  readonly #run_id: RunId;
  readonly #approve: EvalCase["approve"];
  readonly #enough: AbortSignal;
  readonly #following = new AbortController();
  #grace: NodeJS.Timeout | null = null;
  #problem: string | null = null;

  constructor(client: RunClient, run_id: RunId, approve: EvalCase["approve"], enough: AbortSignal) {
    this.#client = client;
    this.#run_id = run_id;
    this.#approve = approve;
    this.#enough = enough;
  }

  /** Why the run was cancelled or could not be followed; null when it ended by itself. */
  get problem(): string | null {
    return this.#problem;
  }

  /** The run's events, to its end or to where it was given up. */
  async events(): Promise<readonly RunEvent[]> {
    const events: RunEvent[] = [];
    if (this.#enough.aborted) this.#onEnough();
    else this.#enough.addEventListener("abort", this.#onEnough, { once: true });
    try {
      for await (const event of this.#client.follow(this.#run_id, this.#following.signal)) {
        events.push(event);
        if (event.type === "workflow.waiting_for_approval") await this.#decide(event);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#giveUp(`the engine refused: ${error.message}`);
    }
    return events;
  }

  [Symbol.dispose](): void {
    this.#enough.removeEventListener("abort", this.#onEnough);
    if (this.#grace !== null) clearTimeout(this.#grace);
    this.#following.abort();
  }

  readonly #onEnough = () => this.#giveUp(String(this.#enough.reason.message));

  async #decide({ data }: RunEvent<"workflow.waiting_for_approval">): Promise<void> {
    const { call_id, digest, tool_name, reason } = data;
    if (this.#approve === undefined) {
      const what = tool_name === undefined ? "its answer" : `a call of ${tool_name}`;
      this.#giveUp(`the run asks a person about ${what} (${reason}), and the case has no \`approve\``);
      return;
    }
    const decision = { decision: this.#approve, ...(call_id && { call_id }), ...(digest && { digest }) };
    try {
      await this.#client.decide(this.#run_id, decision);
    } catch (error) {
      // Somebody else may have decided, or the run may have ended meanwhile: its events will tell.
      if (error instanceof ApiError && error.status === 409) return;
      this.#giveUp(`the decision was not taken: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #giveUp(problem: string): void {
    if (this.#problem !== null) return;
    this.#problem = problem;
    this.#grace = setTimeout(() => this.#following.abort(), CANCELLING_MS);
    this.#client.cancel(this.#run_id).catch(() => this.#following.abort());
  }
}
