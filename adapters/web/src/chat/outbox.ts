import type { RunId } from "../../../../domain/ids.ts";
import type { ApiClient } from "../api/client.ts";
import { isOutage } from "../api/problem.ts";
import { Store } from "../api/store.ts";
import type { NewRun } from "../api/types.ts";

/** A message on its way to becoming a turn. */
export interface OutgoingTurn {
  readonly key: string;
  readonly run: NewRun;
  readonly status:
    | { readonly name: "sending" }
    | { readonly name: "accepted"; readonly run_id: RunId }
    | { readonly name: "failed"; readonly error: Error };
}

/** Messages that were sent from this tab, until the API lists them as turns. */
export class Outbox extends Store<readonly OutgoingTurn[]> {
  readonly #api: Pick<ApiClient, "startRun">;

  constructor(api: Pick<ApiClient, "startRun">) {
    super([]);
    this.#api = api;
  }

  /** Resolves when the API has answered, whatever it said. */
  async send(run: NewRun): Promise<void> {
    const key = newId();
    this.update([...this.snapshot(), { key, run, status: { name: "sending" } }]);
    await this.#deliver(key, run);
  }

  /** The same message again: the API starts it once, also when its first answer was lost. */
  async retry(key: string): Promise<void> {
    const turn = this.snapshot().find((candidate) => candidate.key === key);
    if (turn?.status.name !== "failed") return;
    this.#settle(key, { name: "sending" });
    await this.#deliver(key, turn.run);
  }

  /** What did not get through, because the API was away. */
  resend(): void {
    for (const { key, status } of this.snapshot()) {
      if (status.name === "failed" && isOutage(status.error)) void this.retry(key);
    }
  }

  discard(key: string): void {
    this.update(this.snapshot().filter((turn) => turn.key !== key));
  }

  async #deliver(key: string, run: NewRun): Promise<void> {
    try {
      this.#settle(key, { name: "accepted", run_id: await this.#api.startRun(run, key) });
    } catch (error) {
      this.#settle(key, { name: "failed", error: error instanceof Error ? error : new Error(String(error)) });
    }
  }

  #settle(key: string, status: OutgoingTurn["status"]): void {
    this.update(this.snapshot().map((turn) => (turn.key === key ? { ...turn, status } : turn)));
  }
}

/** Random and long enough to be nobody else's. `crypto.randomUUID` is missing on pages that came over plain HTTP. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
