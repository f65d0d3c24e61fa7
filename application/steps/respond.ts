import { type DomainError, TerminalError, TransientError } from "../../domain/errors.ts";
import { inspectOutput } from "../../domain/guardrails/output.ts";
import { sanitize } from "../../domain/guardrails/sanitize.ts";
import type { AgentTurn, ChatRequest, RequestedCall } from "../../domain/model/chat.ts";
import { citableChunks } from "../../domain/model/citable.ts";
import { instructionsFor } from "../../domain/model/instructions.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { ToolCatalog } from "../../domain/ports/tool-catalog.ts";
import type { CompleteStep, RequestTools, ScreenedCall } from "../../domain/run/commands.ts";
import type { Observation, Refusal } from "../../domain/run/events.ts";
import type { RunState } from "../../domain/run/state.ts";
import type { GuardrailSettings } from "../guardrail-settings.ts";
import type { ModelCalls, ModelEnd } from "../model-calls.ts";
import { OutputStream } from "../output-stream.ts";
import type { CallScreening } from "../tool-screening.ts";
import type { StepContext, WorkflowStep } from "../workflow-step.ts";

export interface RespondPorts {
  readonly calls: ModelCalls;
  readonly catalog: ToolCatalog;
  readonly screening: CallScreening;
  readonly clock: Clock;
}

const CUT_OFF: Observation = {
  type: "degraded.mode.entered",
  data: {
    scope: "output_limit",
    reason: "the answer ends where the limit on the model's output was reached",
    metadata: {},
  },
};

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
    const tools = state.iterations >= this.#max_iterations ? [] : await this.#ports.catalog.list();
    const request = requestFor(state, tools);
    if (state.iterations === 0) announceStrategy(request, context);
    const { calls, text, end } = await this.#ask(request, state, context);

    if (calls.length > 0 && tools.length > 0) {
      return { type: "RequestTools", calls: await this.#screen(calls, state.calls.length) };
    }
    const refusal = refusalOf(end) ?? this.#leak(text, request, context);
    if (refusal === null && text.trim() === "") throw this.#silence(calls, end);
    if (end.finish_reason === "length") context.observe(CUT_OFF);
    return { type: "CompleteStep", result: { step: "respond", refusal } };
  }

  async #ask(request: ChatRequest, state: RunState, context: StepContext) {
    const { calls: models, clock } = this.#ports;
    const output = new OutputStream(context, clock, {
      attempt: state.attempts.respond ?? 1,
      leading: models.describe(request).remote,
      secrets: this.#guardrails.output ? this.#guardrails.secrets : [],
      guarded: this.#guardrails.output,
    });
    const call = { request, iteration: state.iterations + 1, sink: output, signal: context.signal };
    const made = await models.make(call, state, context);
    if (made.status === "failed") throw made.error;
    return { ...made, text: output.text };
  }

  /** Why there is no answer. A limit that was reached once would be reached again. */
  #silence(calls: readonly RequestedCall[], { finish_reason }: ModelEnd): DomainError {
    if (calls.length > 0) {
      return new TerminalError(
        "iteration_limit",
        `no answer after ${this.#max_iterations} rounds of tool calls`,
      );
    }
    return finish_reason === "length"
      ? new TerminalError("output_limit", "the model reached the limit on its output before it said anything")
      : new TransientError("empty_answer", "the model ended its turn without saying anything");
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
  const at_hand = tools.filter(({ available }) => available).length;
  const notes = `${evidence.length} chunks and ${at_hand} tools at hand`;
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
