import { BudgetExceeded, DomainError, TransientError } from "../domain/errors.ts";
import type { ChatDelta, ChatRequest, ModelInfo, RequestedCall } from "../domain/model/chat.ts";
import type { ChatModel } from "../domain/ports/chat-model.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Meter } from "../domain/ports/meter.ts";
import { excessOf } from "../domain/run/budget.ts";
import { problemOf } from "../domain/run/problem.ts";
import type { RunState } from "../domain/run/state.ts";
import type { StepContext } from "./workflow-step.ts";

export interface ModelCallPorts {
  readonly model: ChatModel;
  readonly clock: Clock;
  readonly meter: Meter;
}

/** Takes the text of an answer as it comes. */
export interface TextSink {
  /** What it throws breaks the call off. */
  write(text: string): void;
  /** The text has ended, or the call has failed. */
  close(): Promise<void>;
  /** What the history keeps of the text with the call, when it is no output of the run. */
  readonly kept?: string;
}

export type ModelEnd = Extract<ChatDelta, { readonly type: "end" }>;

export type ModelResult =
  | { readonly status: "answered"; readonly calls: readonly RequestedCall[]; readonly end: ModelEnd }
  | { readonly status: "failed"; readonly error: unknown };

export interface ModelCall {
  readonly request: ChatRequest;
  readonly iteration: number;
  readonly sink: TextSink;
  /** Aborts with the step at the latest. */
  readonly signal: AbortSignal;
}

/** Codes of calls that broke off when the model was at work: nobody says what they took. Others were turned away. */
const UNSETTLED: ReadonlySet<string> = new Set(["broken_stream", "model_timeout"]);

/** Calls of models, as runs record them: announced with what they may cost, then settled. */
export class ModelCalls {
  readonly #ports: ModelCallPorts;

  constructor(ports: ModelCallPorts) {
    this.#ports = ports;
  }

  /** The model that a request goes to. */
  describe({ capability }: ChatRequest): ModelInfo {
    return this.#ports.model.describe(capability);
  }

  /**
   * `failed` with BudgetExceeded when the call could cost more than the run has left, else with what the model
   * threw. Throws only what keeps the step from going on: it was stopped, or the store is out of reach.
   */
  async make(call: ModelCall, state: RunState, context: StepContext): Promise<ModelResult> {
    const { clock } = this.#ports;
    const { request, iteration, sink } = call;
    const info = this.describe(request);
    const shown = { iteration, model: info.model, capability: request.capability };
    const reserved = this.#reserve(request, state, context);
    if (reserved instanceof BudgetExceeded) return { status: "failed", error: reserved };
    context.observe({ type: "model.started", data: { ...shown, provider: info.provider, ...reserved } });
    // What a remote model is asked for costs time and money: let it be known before.
    if (info.remote) await context.flush();

    const started = clock.monotonic();
    const answer = new Answering(info.model, sink, context);
    try {
      try {
        for await (const delta of this.#ports.model.stream(request, call.signal)) answer.take(delta);
      } finally {
        await sink.close();
      }
      answer.end();
    } catch (error) {
      // A step that was stopped reports nothing any more: the run has ended, or another goes on with it.
      if (context.signal.aborted) throw error;
      const lost = answer.begun || isUnsettled(error) ? reserved.reserved_usd : undefined;
      const failed = { ...shown, error: problemOf(error), duration_ms: clock.monotonic() - started };
      const { model, provider } = info;
      this.#ports.meter.count("baton_model_calls_total", { model, provider, finish_reason: "failed" });
      context.observe({
        type: "model.failed",
        data: { ...failed, ...(lost !== undefined && { lost_usd: lost }) },
      });
      return { status: "failed", error };
    }
    const end = answer.end();
    const { type: _, ...usage } = end;
    const duration_ms = clock.monotonic() - started;
    const kept = sink.kept === undefined ? {} : { answer: sink.kept };
    context.observe({ type: "model.completed", data: { ...shown, ...usage, ...kept, duration_ms } });
    this.#count(info, end, duration_ms);
    if (info.remote) await context.flush();
    return { status: "answered", calls: answer.calls, end };
  }

  #reserve(
    request: ChatRequest,
    state: RunState,
    context: StepContext,
  ): { readonly reserved_usd?: number } | BudgetExceeded {
    if (state.cost_limit_usd === null) return {};
    const reserved_usd = this.#ports.model.worstCaseUsd(request);
    const excess = excessOf(reserved_usd, state);
    if (excess === null) return { reserved_usd };
    const { reason, ...metadata } = excess;
    context.observe({ type: "rate.limit.exceeded", data: { scope: "model_budget", reason, metadata } });
    return new BudgetExceeded(reason);
  }

  #count({ model, provider }: ModelInfo, end: ModelEnd, duration_ms: number): void {
    const { meter } = this.#ports;
    meter.count("baton_model_calls_total", { model, provider, finish_reason: end.finish_reason });
    meter.count("baton_model_tokens_total", { model, direction: "input" }, end.input_tokens);
    meter.count("baton_model_tokens_total", { model, direction: "output" }, end.output_tokens);
    meter.observe("baton_model_duration_seconds", duration_ms / 1000, { model });
  }
}

/** What has come of an answer so far. */
class Answering {
  readonly calls: RequestedCall[] = [];
  /** The model was at work: it will want to be paid. */
  begun = false;
  readonly #model: string;
  readonly #sink: TextSink;
  readonly #context: StepContext;
  #end: ModelEnd | null = null;

  constructor(model: string, sink: TextSink, context: StepContext) {
    this.#model = model;
    this.#sink = sink;
    this.#context = context;
  }

  take(delta: ChatDelta): void {
    switch (delta.type) {
      case "text":
        this.begun = true;
        this.#sink.write(delta.text);
        break;
      case "call":
        this.begun = true;
        this.calls.push(delta.call);
        break;
      case "trimmed": {
        const { scope, notes: reason } = delta;
        const data = { scope, reason, metadata: { model: this.#model } };
        this.#context.observe({ type: "degraded.mode.entered", data });
        break;
      }
      case "end":
        this.#end = delta;
        break;
      default:
        delta satisfies never;
    }
  }

  end(): ModelEnd {
    if (this.#end !== null) return this.#end;
    throw new TransientError("broken_stream", `${this.#model} stopped in the middle of its answer`);
  }
}

function isUnsettled(error: unknown): boolean {
  return !(error instanceof DomainError) || UNSETTLED.has(error.code);
}
