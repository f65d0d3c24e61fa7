import { AdmissionRefused, ConversationBusyError, RefusedError, TransientError } from "../domain/errors.ts";
import type { RunId } from "../domain/ids.ts";
import { canonicalJson } from "../domain/json.ts";
import type { RunMode } from "../domain/model/chat.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Ids } from "../domain/ports/ids.ts";
import type { Meter } from "../domain/ports/meter.ts";
import type { RunStore } from "../domain/ports/run-store.ts";
import type { MultitaskStrategy } from "../domain/run/events.ts";
import type { RunSessions } from "./run-session.ts";

export interface StartRunRequest {
  readonly message: string;
  readonly mode: RunMode;
  readonly context?: string;
  readonly conversation_id?: string;
  /** What happens while an earlier run of the conversation has not ended; `enqueue` when left out. */
  readonly multitask_strategy?: MultitaskStrategy;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tenant_id: string;
  readonly user_id: string;
  /** A client-chosen id; a new one otherwise. */
  readonly run_id?: RunId;
  readonly idempotency_key?: string;
  readonly traceparent?: string;
}

export interface StartRunLimits {
  /** Seconds a run may take, time spent waiting for a person not counted. */
  readonly deadline_seconds: number;
  /** Runs active at once; null is no limit. */
  readonly tenant_concurrency: number | null;
  readonly global_concurrency: number | null;
  readonly cost_limit_usd: number | null;
}

/** How long an idempotency key is remembered. */
const IDEMPOTENCY_SECONDS = 24 * 60 * 60;

/** Accepts a run: when `execute` resolves, it is durable and some worker will drive it. */
export class StartRun {
  readonly #sessions: RunSessions;
  readonly #store: RunStore;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #meter: Meter;
  readonly #limits: StartRunLimits;
  #stopping = false;

  constructor(
    sessions: RunSessions,
    store: RunStore,
    clock: Clock,
    ids: Ids,
    meter: Meter,
    limits: StartRunLimits,
  ) {
    this.#sessions = sessions;
    this.#store = store;
    this.#clock = clock;
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
  async execute(request: StartRunRequest): Promise<{ readonly run_id: RunId; readonly created: boolean }> {
    if (this.#stopping)
      throw new TransientError("stopping", "this process is stopping and takes no more runs");
    const { tenant_concurrency, global_concurrency } = this.#limits;
    const run_id = request.run_id ?? (this.#ids.uuid() as RunId);
    const idempotency = this.#idempotency(request);
    const result = await this.#store.create({
      ...this.#sessions.first(run_id, { type: "StartRun", run: this.#started(request) }),
      limits: { tenant: tenant_concurrency, global: global_concurrency },
      ...(idempotency && { idempotency }),
    });
    switch (result.status) {
      case "created":
        this.#meter.count("baton_runs_started_total");
        return { run_id, created: true };
      case "duplicate":
        if (result.fingerprint === idempotency?.fingerprint) return { run_id: result.run_id, created: false };
        throw new RefusedError(
          "idempotency_mismatch",
          "the Idempotency-Key was used before with another request body",
        );
      case "exists":
        throw new RefusedError("run_exists", `the run id ${run_id} is taken`);
      case "busy":
        throw new ConversationBusyError(result.run_id);
      case "refused":
        throw new AdmissionRefused(result.scope, result.limit);
      default:
        return result satisfies never;
    }
  }

  #started(request: StartRunRequest) {
    const { message, mode, context, conversation_id, metadata, tenant_id, user_id, traceparent } = request;
    const { multitask_strategy = "enqueue" } = request;
    const { deadline_seconds, cost_limit_usd } = this.#limits;
    return {
      message,
      ...(context !== undefined && { context }),
      mode,
      conversation_id: conversation_id ?? this.#ids.uuid(),
      ...(conversation_id !== undefined && { continues: true as const }),
      ...(multitask_strategy !== "enqueue" && { multitask_strategy }),
      tenant_id,
      user_id,
      ...(metadata && { metadata }),
      deadline_at: this.#clock.after(this.#clock.now(), deadline_seconds * 1000),
      ...(cost_limit_usd !== null && { cost_limit_usd }),
      ...(traceparent !== undefined && { traceparent }),
    };
  }

  #idempotency({ idempotency_key, traceparent: _, ...body }: StartRunRequest) {
    if (idempotency_key === undefined) return undefined;
    const fingerprint = this.#ids.digest(canonicalJson(body));
    return { key: idempotency_key, fingerprint, ttl_seconds: IDEMPOTENCY_SECONDS };
  }
}
