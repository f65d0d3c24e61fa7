import { AdmissionRefused, ConversationBusyError, RefusedError, TransientError } from "../domain/errors.ts";
import type { RunId } from "../domain/ids.ts";
import { canonicalJson, type Json } from "../domain/json.ts";
import type { Ids } from "../domain/ports/ids.ts";
import type { Meter } from "../domain/ports/meter.ts";
import type { NewRun, RunStore } from "../domain/ports/run-store.ts";

export interface AcceptLimits {
  /** Runs active at once; null is no limit. */
  readonly tenant: number | null;
  readonly global: number | null;
}

/** A client's word that the same key and body mean the same run. */
export interface Idempotency {
  readonly key: string;
  readonly body: Json;
}

/** How long an idempotency key is remembered. */
const IDEMPOTENCY_SECONDS = 24 * 60 * 60;

/** Makes new runs durable: when `execute` resolves, some worker will drive the run. */
export class AcceptRun {
  readonly #store: RunStore;
  readonly #ids: Ids;
  readonly #meter: Meter;
  readonly #limits: AcceptLimits;
  #stopping = false;

  constructor(store: RunStore, ids: Ids, meter: Meter, limits: AcceptLimits) {
    this.#store = store;
    this.#ids = ids;
    this.#meter = meter;
    this.#limits = limits;
  }

  /** From now on no run is accepted: the process that would hold it stops. */
  stop(): void {
    this.#stopping = true;
  }

  /**
   * `created` is false when the idempotency key led to a run that exists.
   * Throws RefusedError `run_exists` or `idempotency_mismatch`, ConversationBusyError, AdmissionRefused, and
   * TransientError when it was stopped.
   */
  async execute(
    run: Omit<NewRun, "limits" | "idempotency">,
    idempotency: Idempotency | null,
  ): Promise<{ readonly run_id: RunId; readonly created: boolean }> {
    if (this.#stopping)
      throw new TransientError("stopping", "this process is stopping and takes no more runs");
    const fingerprint = idempotency === null ? "" : this.#ids.digest(canonicalJson(idempotency.body));
    const result = await this.#store.create({
      ...run,
      limits: this.#limits,
      ...(idempotency !== null && {
        idempotency: { key: idempotency.key, fingerprint, ttl_seconds: IDEMPOTENCY_SECONDS },
      }),
    });
    switch (result.status) {
      case "created":
        this.#meter.count("baton_runs_started_total");
        return { run_id: run.run_id, created: true };
      case "duplicate":
        if (result.fingerprint === fingerprint) return { run_id: result.run_id, created: false };
        throw new RefusedError(
          "idempotency_mismatch",
          "the Idempotency-Key was used before with another request body",
        );
      case "exists":
        throw new RefusedError("run_exists", `the run id ${run.run_id} is taken`);
      case "busy":
        throw new ConversationBusyError(result.run_id);
      case "refused":
        throw new AdmissionRefused(result.scope, result.limit);
      default:
        return result satisfies never;
    }
  }
}
