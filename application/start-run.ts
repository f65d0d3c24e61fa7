import type { RunId } from "../domain/ids.ts";
import type { RunMode } from "../domain/model/chat.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Ids } from "../domain/ports/ids.ts";
import type { MultitaskStrategy, RunEvent } from "../domain/run/events.ts";
import type { AcceptRun } from "./accept-run.ts";
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
  readonly cost_limit_usd: number | null;
}

export interface StartedRun {
  readonly run_id: RunId;
  /** False when the idempotency key led to a run that exists. */
  readonly created: boolean;
  /** What a run that is started so begins with. */
  readonly events: readonly RunEvent[];
}

/** Starts a run: when `execute` resolves, it is durable and some worker will drive it. */
export class StartRun {
  readonly #sessions: RunSessions;
  readonly #accept: AcceptRun;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #limits: StartRunLimits;

  constructor(sessions: RunSessions, accept: AcceptRun, clock: Clock, ids: Ids, limits: StartRunLimits) {
    this.#sessions = sessions;
    this.#accept = accept;
    this.#clock = clock;
    this.#ids = ids;
    this.#limits = limits;
  }

  /** Throws what AcceptRun throws. */
  async execute(request: StartRunRequest): Promise<StartedRun> {
    const run_id = request.run_id ?? (this.#ids.uuid() as RunId);
    const first = this.#sessions.first(run_id, { type: "StartRun", run: this.#started(request) });
    const { idempotency_key, traceparent: _, ...body } = request;
    const idempotency = idempotency_key === undefined ? null : { key: idempotency_key, body };
    return { ...(await this.#accept.execute(first, idempotency)), events: first.events };
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
}
