import { DomainError, RefusedError, UnknownRunError } from "../domain/errors.ts";
import { sanitize } from "../domain/guardrails/sanitize.ts";
import type { RunId, WorkerId } from "../domain/ids.ts";
import { canonicalJson, type Json } from "../domain/json.ts";
import type { CallEnding } from "../domain/model/chat.ts";
import type { Cache } from "../domain/ports/cache.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { EffectsLedger } from "../domain/ports/effects-ledger.ts";
import type { Ids } from "../domain/ports/ids.ts";
import type { Log } from "../domain/ports/log.ts";
import type { Meter } from "../domain/ports/meter.ts";
import type { ToolInvoker } from "../domain/ports/tool-invoker.ts";
import type { ToolQueue } from "../domain/ports/tool-queue.ts";
import type { Delivery } from "../domain/ports/work-queue.ts";
import type { Observation } from "../domain/run/events.ts";
import type { ToolCall } from "../domain/run/state.ts";
import {
  isRepeatable,
  type ToolDescriptor,
  type ToolOutput,
  type ToolRequest,
} from "../domain/tools/tool.ts";
import { ToolCallError } from "../domain/tools/tool-call-error.ts";
import type { GuardrailSettings } from "./guardrail-settings.ts";
import type { RunSession, RunSessions } from "./run-session.ts";
import { expiry, type ToolScreening } from "./tool-screening.ts";

export interface ExecutorPorts {
  readonly sessions: RunSessions;
  readonly queue: ToolQueue;
  readonly ledger: EffectsLedger;
  readonly invoker: ToolInvoker;
  readonly screening: ToolScreening;
  /** Results of reading tools; null when they are not cached. */
  readonly cache: Cache | null;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly meter: Meter;
}

export interface ExecutorOptions {
  /** How long one execution may take. */
  readonly timeout_seconds: number;
  /** After so many deliveries a request is given up. */
  readonly max_deliveries: number;
  readonly cache_seconds: number;
  /** A question to a person about repeating a call expires after that; never when null. */
  readonly approval_timeout_seconds: number | null;
}

/** Why a time-out's signal aborts that is not needed any more: given, so that no stack trace is taken. */
const ENDED = "ended";

interface Execution {
  readonly ending: CallEnding;
  readonly observations: readonly Observation[];
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
  readonly #guardrails: GuardrailSettings;
  readonly #options: ExecutorOptions;
  readonly #worker_id: WorkerId;
  readonly #active = new Map<AbortController, RunId>();

  constructor(
    ports: ExecutorPorts,
    guardrails: GuardrailSettings,
    options: ExecutorOptions,
    worker_id: WorkerId,
  ) {
    this.#ports = ports;
    this.#guardrails = guardrails;
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
    if (first.status === "begun") return this.#run(session, delivery, call, first.attempt, log);

    const { tool } = await this.#ports.screening.judge(call, 0);
    if (tool === undefined || !isRepeatable(tool.annotations)) {
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
    try {
      const session = await this.#ports.sessions.open(run_id);
      session.apply({
        type: "RecordToolResult",
        call_id,
        ending,
        duration_ms: 0,
        attempt: delivery.attempt,
        observations: [],
      });
      await session.commit();
    } catch (error) {
      if (!(error instanceof RefusedError || error instanceof UnknownRunError)) throw error;
    }
    await this.#ports.queue.bury(delivery, reason);
  }

  /** Aborts the calls of a run that has ended. */
  stop(run_id: RunId): void {
    for (const [abort, running] of this.#active) if (running === run_id) abort.abort(new CallVoid());
  }

  /** Aborts everything in flight without recording it. */
  interrupt(): void {
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
    const abort = new AbortController();
    this.#active.set(abort, delivery.message.run_id);
    const started = clock.monotonic();
    try {
      const execution = await this.#perform(session, call, abort.signal);
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
    }
  }

  async #perform(session: RunSession, call: ToolCall, stop: AbortSignal): Promise<Execution> {
    const { calls, tenant_id } = session.state;
    const earlier = calls.findIndex(({ call_id }) => call_id === call.call_id);
    const { tool, verdict, invalid } = await this.#ports.screening.judge(call, earlier);
    if (verdict.policy === "deny") return without({ status: "denied", reason: verdict.reason });
    if (verdict.policy === "ask" && call.approval !== "approved") {
      return without({ status: "denied", reason: `${verdict.reason} Nobody has given it.` });
    }
    if (invalid !== null) return without({ status: "failed", error: invalid });

    const key = this.#cacheKey(tool, call, tenant_id);
    const cached = key === null ? undefined : await this.#ports.cache?.get(key);
    const access = { cache_name: "tool_result", key: key ?? "", metadata: { tool: call.tool_name } } as const;
    if (cached !== undefined) {
      const output = cached as unknown as ToolOutput;
      return { ending: { status: "completed", output }, observations: [{ type: "cache.hit", data: access }] };
    }
    const missed: readonly Observation[] = key === null ? [] : [{ type: "cache.miss", data: access }];
    try {
      const { output, observations } = this.#defused(await this.#invoke(session, call, stop), call);
      if (key !== null)
        await this.#ports.cache?.set(key, output as unknown as Json, this.#options.cache_seconds);
      return { ending: { status: "completed", output }, observations: [...missed, ...observations] };
    } catch (error) {
      stop.throwIfAborted();
      return { ending: { status: "failed", error: this.#problem(error) }, observations: missed };
    }
  }

  async #invoke({ state }: RunSession, call: ToolCall, stop: AbortSignal): Promise<ToolOutput> {
    const { clock, invoker } = this.#ports;
    const { timeout_seconds } = this.#options;
    const over = new AbortController();
    const timeout = new AbortController();
    void clock.pause(timeout_seconds * 1000, over.signal).then(() => {
      if (!over.signal.aborted)
        timeout.abort(new ToolCallError("timeout", `no result after ${timeout_seconds} s`));
    });
    const { call_id, tool_name } = call;
    const request = { run_id: state.run_id, call_id, tool_name, arguments: call.arguments };
    try {
      return await invoker.invoke(request, AbortSignal.any([stop, timeout.signal]));
    } catch (error) {
      timeout.signal.throwIfAborted();
      throw error;
    } finally {
      over.abort(ENDED);
    }
  }

  /** What a tool returns is untrusted text: what in it would steer a model is neutralised. */
  #defused(
    output: ToolOutput,
    { call_id, tool_name }: ToolCall,
  ): { readonly output: ToolOutput; readonly observations: readonly Observation[] } {
    if (!this.#guardrails.tool) return { output, observations: [] };
    const observations: Observation[] = [];
    const defuse = (text: string): string => {
      const { text: clean, applied, findings } = sanitize(text);
      if (applied.length === 0) return text;
      for (const { threat_type, confidence, pattern } of findings) {
        observations.push(
          { type: "injection.detected", data: { location: "tool", confidence, pattern } },
          {
            type: "guardrail.triggered",
            data: {
              layer: "tool",
              threat_type,
              confidence,
              notes: `neutralised in the result of ${tool_name}`,
            },
          },
        );
      }
      const sanitization_applied = applied.join(", ");
      observations.push({
        type: "context.sanitized",
        data: { original_chunk_id: call_id, sanitization_applied },
      });
      return clean;
    };
    const content = output.content.map((part) =>
      "text" in part && part.text !== undefined ? { ...part, text: defuse(part.text) } : part,
    );
    if (output.structured === undefined) return { output: { ...output, content }, observations };
    return {
      output: { ...output, content, structured: defuseJson(output.structured, defuse) },
      observations,
    };
  }

  #problem(error: unknown) {
    if (error instanceof ToolCallError) return { code: error.code, message: error.message };
    this.#ports.log.error("tool invoker failed", { error });
    return { code: "internal", message: error instanceof Error ? error.message : String(error) } as const;
  }

  #cacheKey(tool: ToolDescriptor | undefined, call: ToolCall, tenant_id: string): string | null {
    if (this.#ports.cache === null || tool?.annotations.readOnlyHint !== true) return null;
    const digest = this.#ports.ids.digest(canonicalJson([tool.server_id, call.tool_name, call.arguments]));
    return `tool:${tenant_id}:${digest}`;
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
        digest: ids.digest(canonicalJson([call.tool_name, call.arguments, "again", attempt])),
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

  /** Commits with the acknowledgement; a call that has its ending by now needs the acknowledgement alone. */
  async #commit(session: RunSession, delivery: Delivery<ToolRequest>, apply: () => void): Promise<void> {
    try {
      apply();
      await session.commit({ ack: delivery });
    } catch (error) {
      if (!(error instanceof RefusedError || error instanceof UnknownRunError)) throw error;
      await this.#ports.queue.acknowledge(delivery);
    }
  }
}

function without(ending: CallEnding): Execution {
  return { ending, observations: [] };
}

function failureOf(ending: CallEnding): { readonly code?: string; readonly reason?: string } {
  if (ending.status === "failed") return { code: ending.error.code };
  return ending.status === "denied" ? { reason: ending.reason } : {};
}

function defuseJson(value: Json, defuse: (text: string) => string): Json {
  if (typeof value === "string") return defuse(value);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => defuseJson(item, defuse));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, defuseJson(item, defuse)]));
}
