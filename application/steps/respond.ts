import { BudgetExceeded, TerminalError, TransientError } from "../../domain/errors.ts";
import { inspectOutput } from "../../domain/guardrails/output.ts";
import { sanitize } from "../../domain/guardrails/sanitize.ts";
import type { AgentTurn, ChatDelta, ChatRequest, ModelInfo, RequestedCall } from "../../domain/model/chat.ts";
import { citableChunks } from "../../domain/model/citable.ts";
import { instructionsFor } from "../../domain/model/instructions.ts";
import type { ChatModel } from "../../domain/ports/chat-model.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { Meter } from "../../domain/ports/meter.ts";
import type { ToolCatalog } from "../../domain/ports/tool-catalog.ts";
import { excessOf } from "../../domain/run/budget.ts";
import type { CompleteStep, RequestTools, ScreenedCall } from "../../domain/run/commands.ts";
import type { Refusal } from "../../domain/run/events.ts";
import type { RunState } from "../../domain/run/state.ts";
import type { GuardrailSettings } from "../guardrail-settings.ts";
import { OutputStream } from "../output-stream.ts";
import type { CallScreening } from "../tool-screening.ts";
import type { StepContext, WorkflowStep } from "../workflow-step.ts";

export interface RespondPorts {
  readonly model: ChatModel;
  readonly catalog: ToolCatalog;
  readonly screening: CallScreening;
  readonly clock: Clock;
  readonly meter: Meter;
}

type ModelEnd = Extract<ChatDelta, { readonly type: "end" }>;

/**
 * One round of the agent loop: the model sees the conversation, the evidence and the tools, and either
 * answers (text streams out) or asks for tools, which the run then awaits durably. After
 * `max_iterations` rounds it gets no tools any more and has to answer.
 */
export class RespondStep implements WorkflowStep {
  readonly step = "respond";
  readonly #ports: RespondPorts;
  readonly #guardrails: GuardrailSettings;
  readonly #max_iterations: number;

  constructor(
    ports: RespondPorts,
    guardrails: GuardrailSettings,
    options: { readonly max_iterations: number },
  ) {
    this.#ports = ports;
    this.#guardrails = guardrails;
    this.#max_iterations = options.max_iterations;
  }

  async execute(state: RunState, context: StepContext): Promise<CompleteStep | RequestTools> {
    const iteration = state.iterations + 1;
    const tools = iteration > this.#max_iterations ? [] : await this.#ports.catalog.list();
    const request = requestFor(state, tools);
    if (state.iterations === 0) announceStrategy(request, context);
    const { calls, text, end } = await this.#ask(request, iteration, state, context);

    if (calls.length > 0 && tools.length > 0) {
      return { type: "RequestTools", calls: await this.#screen(calls, state.calls.length) };
    }
    const refusal = refusalOf(end) ?? this.#leak(text, request, context);
    if (refusal === null && text.trim() === "") {
      throw calls.length > 0
        ? new TerminalError("iteration_limit", `no answer after ${this.#max_iterations} rounds of tool calls`)
        : new TransientError("empty_answer", "the model ended its turn without saying anything");
    }
    return { type: "CompleteStep", result: { step: "respond", refusal } };
  }

  async #ask(request: ChatRequest, iteration: number, state: RunState, context: StepContext) {
    const { model: port, clock } = this.#ports;
    const { model, provider, remote } = port.describe(request.capability);
    const attempt = state.attempts.respond ?? 1;
    const reserved = this.#reserve(request, state, context);
    context.observe({ type: "model.started", data: { iteration, model, provider, ...reserved } });
    // What a remote model is asked for costs time and money: let it be known before.
    if (remote) await context.flush();

    const started = clock.monotonic();
    const output = new OutputStream(context, clock, {
      attempt,
      leading: remote,
      secrets: this.#guardrails.output ? this.#guardrails.secrets : [],
      guarded: this.#guardrails.output,
    });
    const calls: RequestedCall[] = [];
    let end: ModelEnd | null = null;
    try {
      for await (const delta of port.stream(request, context.signal)) {
        switch (delta.type) {
          case "text":
            output.write(delta.text);
            break;
          case "call":
            calls.push(delta.call);
            break;
          case "trimmed":
            context.observe({
              type: "degraded.mode.entered",
              data: { scope: "context_window", reason: delta.notes, metadata: { model } },
            });
            break;
          case "end":
            end = delta;
            break;
          default:
            delta satisfies never;
        }
      }
    } finally {
      await output.close();
    }
    if (end === null)
      throw new TransientError("broken_stream", `${model} stopped in the middle of its answer`);
    const { type: _, ...usage } = end;
    const duration_ms = clock.monotonic() - started;
    context.observe({ type: "model.completed", data: { iteration, model, ...usage, duration_ms } });
    this.#count({ model, provider, remote }, end, duration_ms);
    if (remote) await context.flush();
    return { calls, text: output.text, end };
  }

  /** Throws BudgetExceeded when answering could cost more than the run has left. */
  #reserve(request: ChatRequest, state: RunState, context: StepContext): { readonly reserved_usd?: number } {
    if (state.cost_limit_usd === null) return {};
    const reserved_usd = this.#ports.model.worstCaseUsd(request);
    const excess = excessOf(reserved_usd, state);
    if (excess === null) return { reserved_usd };
    const { reason, ...metadata } = excess;
    context.observe({ type: "rate.limit.exceeded", data: { scope: "model_budget", reason, metadata } });
    throw new BudgetExceeded(reason);
  }

  async #screen(calls: readonly RequestedCall[], earlier: number): Promise<readonly ScreenedCall[]> {
    const screened: ScreenedCall[] = [];
    for (const [index, call] of calls.entries()) {
      screened.push(await this.#ports.screening.screen(call, earlier + index));
    }
    return screened;
  }

  /** An answer that repeats the instructions is withheld. (Secrets were redacted while it streamed.) */
  #leak(text: string, request: ChatRequest, context: StepContext): Refusal | null {
    if (!this.#guardrails.output) return null;
    const findings = inspectOutput(text, {
      secrets: this.#guardrails.secrets,
      system_prompt: request.instructions,
      valid_chunk_ids: citableChunks(request.evidence, request.earlier),
    });
    for (const { threat_type, confidence, notes } of findings) {
      context.observe({
        type: "guardrail.triggered",
        data: { layer: "output", threat_type, confidence, notes },
      });
    }
    const leak = findings.find(({ threat_type }) => threat_type === "system_prompt_leak");
    return leak === undefined ? null : { reason: "it would reveal my instructions", layer: "output" };
  }

  #count({ model, provider }: ModelInfo, end: ModelEnd, duration_ms: number): void {
    const { meter } = this.#ports;
    meter.count("baton_model_calls_total", { model, provider, finish_reason: end.finish_reason });
    meter.count("baton_model_tokens_total", { model, direction: "input" }, end.input_tokens);
    meter.count("baton_model_tokens_total", { model, direction: "output" }, end.output_tokens);
    meter.observe("baton_model_duration_seconds", duration_ms / 1000, { model });
  }
}

function requestFor(state: RunState, tools: ChatRequest["tools"]): ChatRequest {
  const { mode, message, context, earlier, retrieved_chunks } = state;
  return {
    capability: "generation",
    instructions: instructionsFor(mode, {
      has_earlier_turns: earlier.length > 0,
      has_evidence: retrieved_chunks.length > 0,
      has_tools: tools.length > 0,
    }),
    mode,
    message,
    context: context === null ? null : sanitize(context).text,
    earlier,
    evidence: retrieved_chunks,
    turns: turnsOf(state),
    tools,
  };
}

/** The rounds so far, as the model is reminded of them: calls of one round belong together. */
function turnsOf({ calls }: RunState): readonly AgentTurn[] {
  const rounds = Map.groupBy(calls, (call) => call.iteration);
  return [...rounds.values()].map((round) => ({
    text: "",
    calls: round.flatMap(({ call_id, tool_name, arguments: args, ending }) =>
      ending === null ? [] : [{ call_id, tool_name, arguments: args, ending }],
    ),
  }));
}

function announceStrategy({ evidence, tools }: ChatRequest, context: StepContext): void {
  const value = evidence.length > 0 ? "answer_from_evidence" : "answer_without_evidence";
  const notes = `${evidence.length} chunks and ${tools.length} tools at hand`;
  context.observe({ type: "decision.made", data: { name: "response_strategy", value, notes } });
}

function refusalOf({ finish_reason }: ModelEnd): Refusal | null {
  switch (finish_reason) {
    case "refusal":
      return { reason: "the model declined to answer", layer: "model" };
    case "content_filter":
      return { reason: "the model provider's content filter stopped the answer", layer: "model" };
    case "stop":
    case "length":
    case "tool_calls":
      return null;
    default:
      return finish_reason satisfies never;
  }
}
