import { DomainError, RefusedError, TransientError, UnknownRunError } from "../domain/errors.ts";
import type { RunId, WorkerId } from "../domain/ids.ts";
import { canonicalJson } from "../domain/json.ts";
import type { CallEnding } from "../domain/model/chat.ts";
import type { EffectsLedger } from "../domain/ports/effects-ledger.ts";
import type { Log } from "../domain/ports/log.ts";
import type { Meter } from "../domain/ports/meter.ts";
import type { ToolQueue } from "../domain/ports/tool-queue.ts";
import type { Delivery } from "../domain/ports/work-queue.ts";
import type { RunState, ToolCall } from "../domain/run/state.ts";
import {
  isRepeatable,
  type ToolDescriptor,
  type ToolProgress,
  type ToolRequest,
} from "../domain/tools/tool.ts";
import type { GuardrailSettings } from "./guardrail-settings.ts";
import { ProgressReport } from "./progress-report.ts";
import type { RunSession, RunSessions } from "./run-session.ts";
import {
  type Execution,
  type ExecutionOptions,
  type ExecutionPorts,
  ToolExecution,
} from "./tool-execution.ts";
import { expiry } from "./tool-screening.ts";
import { watchForEnd } from "./watch-for-end.ts";

/** How soon a result is recorded again when the store was out of reach. */
const RECORD_AGAIN_MS = 250;
/** Progress is recorded so often at most: each second, or, of calls that may take long, so many times in their limit. */
const MIN_REPORT_MS = 1000;
const REPORTS_PER_LIMIT = 30;
/** Redis loses a second of its history at most, and no worker begins that many calls in one. */
const REMEMBERED = 10_000;

export interface ExecutorPorts extends ExecutionPorts {
  readonly sessions: RunSessions;
  readonly queue: ToolQueue;
  readonly ledger: EffectsLedger;
  readonly meter: Meter;
}

export interface ExecutorOptions extends ExecutionOptions {
  /** After so many deliveries a request is given up. */
  readonly max_deliveries: number;
  /** A question to a person about repeating a call expires after that; never when null. */
  readonly approval_timeout_seconds: number | null;
}

/** The call's run has ended meanwhile: its result interests nobody. */
class CallVoid extends DomainError {
  constructor() {
    super("call_void", "the call's run has ended");
  }
}

/** The worker stops: the call is left to whoever takes its message over. */
class WorkerStops extends DomainError {
  constructor() {
    super("worker_stops", "the worker stops before the call has ended");
  }
}

/**
 * Executes tool calls and records exactly one ending for each. Before a call is executed, the ledger knows
 * that it starts: a call whose worker died is repeated only when its tool reads or is idempotent, or when
 * a person says so.
 */
export class ToolExecutor {
  readonly #ports: ExecutorPorts;
  readonly #execution: ToolExecution;
  readonly #options: ExecutorOptions;
  readonly #worker_id: WorkerId;
  /**
   * The messages whose call this worker has begun to execute, the latest ones. One that comes again (its
   * result could not be recorded, or the record was lost with Redis's last moments) is not begun as new.
   */
  readonly #executed = new Set<string>();
  readonly #active = new Map<AbortController, RunId>();
  /** Aborts when this worker must let go of everything. */
  readonly #life = new AbortController();

  constructor(
    ports: ExecutorPorts,
    guardrails: GuardrailSettings,
    options: ExecutorOptions,
    worker_id: WorkerId,
  ) {
    this.#ports = ports;
    this.#execution = new ToolExecution(ports, guardrails, options);
    this.#options = options;
    this.#worker_id = worker_id;
  }

  /**
   * Executes the call of a message. Throws what the store throws when it is out of reach: the message
   * stays pending, and may be tried again by this worker.
   */
  async execute(delivery: Delivery<ToolRequest>): Promise<void> {
    const { run_id, call_id } = delivery.message;
    const begin = { run_id, call_id, worker_id: this.#worker_id };
    const first = await this.#ports.ledger.begin({ ...begin, after_attempt: 0 });
    if (first.status === "void") return this.#ports.queue.acknowledge(delivery);
    const session = this.#ports.sessions.of(first.run);
    const call = session.state.calls.find((candidate) => candidate.call_id === call_id);
    if (call === undefined) return this.#ports.queue.bury(delivery, `the run has no call ${call_id}`);
    const log = this.#ports.log.with({ run_id, call_id, tool: call.tool_name });

    if (delivery.attempt > this.#options.max_deliveries) {
      log.error("tool call given up", { deliveries: delivery.attempt });
      const message = `the request was delivered ${delivery.attempt} times and never ended`;
      const ending = { status: "failed", error: { code: "too_many_deliveries", message } } as const;
      await this.#record(session, delivery, call, { ending, observations: [] }, 0, first.attempt);
      return;
    }
    if (first.status === "begun" && !this.#executed.has(delivery.message_id)) {
      return this.#run(session, delivery, call, first.attempt, log);
    }

    const { tool } = await this.#ports.screening.judge(call, 0);
    if (tool === undefined || !isRepeatable(tool)) {
      log.warn("outcome of an interrupted call is unknown", { attempt: first.attempt });
      return this.#unknownOutcome(session, delivery, call, tool, first.attempt);
    }
    log.warn("interrupted call is repeated", { attempt: first.attempt + 1 });
    this.#ports.meter.count("baton_takeovers_total");
    const again = await this.#ports.ledger.begin({ ...begin, after_attempt: first.attempt });
    if (again.status !== "begun") return this.#ports.queue.acknowledge(delivery);
    return this.#run(this.#ports.sessions.of(again.run), delivery, call, again.attempt, log);
  }

  /** Ends a call that nobody can execute, and keeps its request for people to look at. */
  async giveUp(delivery: Delivery<ToolRequest>, reason: string): Promise<void> {
    const { run_id, call_id } = delivery.message;
    this.#ports.log.error("tool call given up", { run_id, call_id, reason });
    const ending = { status: "failed", error: { code: "internal", message: reason } } as const;
    const { attempt } = delivery;
    await this.#ports.sessions.applyIfOpen(run_id, {
      type: "RecordToolResult",
      call_id,
      ending,
      duration_ms: 0,
      attempt,
      observations: [],
    });
    await this.#ports.queue.bury(delivery, reason);
  }

  /** Aborts the calls of a run that has ended. */
  stop(run_id: RunId): void {
    for (const [abort, running] of this.#active) if (running === run_id) abort.abort(new CallVoid());
  }

  /** Aborts everything in flight without recording it. */
  interrupt(): void {
    this.#life.abort(new WorkerStops());
    for (const abort of this.#active.keys()) abort.abort(new WorkerStops());
  }

  async #run(
    session: RunSession,
    delivery: Delivery<ToolRequest>,
    call: ToolCall,
    attempt: number,
    log: Log,
  ): Promise<void> {
    const { clock, meter } = this.#ports;
    // While the ledger answered, this worker was told to stop, or was taken for dead: the call is another's by now.
    if (this.#life.signal.aborted) return;
    const abort = new AbortController();
    this.#active.set(abort, delivery.message.run_id);
    const stopWatching = watchForEnd(session, clock, abort, () => new CallVoid());
    const started = clock.monotonic();
    try {
      this.#remember(delivery.message_id);
      const execution = await this.#perform(session.state, call, abort.signal, log);
      const duration_ms = clock.monotonic() - started;
      const { status } = execution.ending;
      await this.#record(session, delivery, call, execution, duration_ms, attempt);
      meter.count("baton_tool_calls_total", { tool: call.tool_name, status });
      meter.observe("baton_tool_duration_seconds", duration_ms / 1000, { tool: call.tool_name });
      log.info("tool call ended", {
        status,
        attempt,
        ms: Math.round(duration_ms),
        ...failureOf(execution.ending),
      });
    } catch (error) {
      if (error instanceof WorkerStops) {
        log.warn("tool call interrupted, the worker stops", { attempt });
        return;
      }
      if (!(error instanceof CallVoid)) throw error;
      log.info("tool call aborted, its run has ended", { attempt });
      await this.#ports.queue.acknowledge(delivery);
    } finally {
      this.#active.delete(abort);
      stopWatching();
    }
  }

  /** Reports on the way go into the history one by one; when the store is away they are left out. */
  async #perform(state: RunState, call: ToolCall, stop: AbortSignal, log: Log): Promise<Execution> {
    const { sessions, clock } = this.#ports;
    const { call_id } = call;
    const record = async (progress: ToolProgress) => {
      const command = { type: "RecordProgress", call_id, progress } as const;
      await sessions.applyIfOpen(state.run_id, command).catch((error: unknown) => {
        log.debug("progress could not be recorded", { error });
      });
    };
    const every_ms = Math.max(MIN_REPORT_MS, (this.#options.timeout_seconds * 1000) / REPORTS_PER_LIMIT);
    const report = new ProgressReport(record, clock, every_ms);
    try {
      return await this.#execution.perform(state, call, stop, (progress) => report.tell(progress));
    } finally {
      await report.end();
    }
  }

  /** An earlier attempt may have had its effect: the model is told, or a person is asked. Never silently twice. */
  async #unknownOutcome(
    session: RunSession,
    delivery: Delivery<ToolRequest>,
    call: ToolCall,
    tool: ToolDescriptor | undefined,
    attempt: number,
  ): Promise<void> {
    const { clock, ids } = this.#ports;
    const message = `the worker died while it executed ${call.tool_name}: the call may or may not have had its effect`;
    if (tool?.on_unknown_outcome !== "ask") {
      const ending = { status: "failed", error: { code: "outcome_unknown", message } } as const;
      return this.#record(session, delivery, call, { ending, observations: [] }, 0, attempt);
    }
    return this.#commit(session, delivery, () =>
      session.apply({
        type: "AskAgain",
        call_id: call.call_id,
        reason: `${message}. Execute it again?`,
        digest: ids.digest(canonicalJson([call.tool_name, call.arguments, "again", delivery.message_id])),
        ...expiry(clock, this.#options.approval_timeout_seconds),
      }),
    );
  }

  #record(
    session: RunSession,
    delivery: Delivery<ToolRequest>,
    { call_id }: ToolCall,
    execution: Execution,
    duration_ms: number,
    attempt: number,
  ): Promise<void> {
    return this.#commit(session, delivery, () =>
      session.apply({ type: "RecordToolResult", call_id, ...execution, duration_ms, attempt }),
    );
  }

  /**
   * Commits with the acknowledgement; a call that has its ending by now needs the acknowledgement alone.
   * While the store is out of reach it is tried again: what a tool did must not be forgotten, nor done again.
   */
  async #commit(session: RunSession, delivery: Delivery<ToolRequest>, apply: () => void): Promise<void> {
    try {
      apply();
      while (!(await this.#reachedStore(() => session.commit({ ack: delivery })))) {
        await this.#ports.clock.pause(RECORD_AGAIN_MS, this.#life.signal);
        this.#life.signal.throwIfAborted();
      }
    } catch (error) {
      if (!(error instanceof RefusedError || error instanceof UnknownRunError)) throw error;
      await this.#ports.queue.acknowledge(delivery);
    }
  }

  #remember(message_id: string): void {
    this.#executed.add(message_id);
    const [oldest] = this.#executed;
    if (this.#executed.size > REMEMBERED && oldest !== undefined) this.#executed.delete(oldest);
  }

  async #reachedStore(commit: () => Promise<boolean>): Promise<boolean> {
    try {
      await commit();
      return true;
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      this.#ports.log.warn("result could not be recorded, trying again", { error });
      return false;
    }
  }
}

function failureOf(ending: CallEnding): { readonly code?: string; readonly reason?: string } {
  if (ending.status === "failed") return { code: ending.error.code };
  return ending.status === "denied" ? { reason: ending.reason } : {};
}
