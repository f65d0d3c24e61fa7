import { sanitize } from "../../domain/guardrails/sanitize.ts";
import type { RetrievedChunk } from "../../domain/knowledge/chunk.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { KnowledgeIndex } from "../../domain/ports/knowledge-index.ts";
import type { CompleteStep } from "../../domain/run/commands.ts";
import type { RunState } from "../../domain/run/state.ts";
import type { GuardrailSettings } from "../guardrail-settings.ts";
import type { StepContext, WorkflowStep } from "../workflow-step.ts";

/** How many chunks a run gets to see. */
const TOP = 5;

/** Finds evidence for the message, and takes the teeth out of what in it would steer a model. */
export class RetrieveStep implements WorkflowStep {
  readonly step = "retrieve";
  readonly #index: KnowledgeIndex;
  readonly #clock: Clock;
  readonly #guardrails: GuardrailSettings;

  constructor(index: KnowledgeIndex, clock: Clock, guardrails: GuardrailSettings) {
    this.#index = index;
    this.#clock = clock;
    this.#guardrails = guardrails;
  }

  async execute({ message }: RunState, context: StepContext): Promise<CompleteStep> {
    const started = this.#clock.monotonic();
    context.observe({ type: "retrieval.started", data: { query: message, query_length: message.length } });
    const found = await this.#index.search(message, TOP, context.signal);
    const chunks = this.#guardrails.context ? found.map((chunk) => sanitized(chunk, context)) : found;
    const duration_ms = this.#clock.monotonic() - started;
    return { type: "CompleteStep", result: { step: "retrieve", chunks, duration_ms } };
  }
}

function sanitized(chunk: RetrievedChunk, context: StepContext): RetrievedChunk {
  const { text, applied, findings } = sanitize(chunk.text);
  if (applied.length === 0) return chunk;
  for (const { confidence, pattern } of findings) {
    context.observe({ type: "injection.detected", data: { location: "retrieval", confidence, pattern } });
  }
  const { chunk_id: original_chunk_id } = chunk;
  const [worst] = findings;
  if (worst !== undefined) {
    const { threat_type, confidence } = worst;
    const notes = `neutralised in ${original_chunk_id}`;
    context.observe({
      type: "guardrail.triggered",
      data: { layer: "context", threat_type, confidence, notes },
    });
  }
  context.observe({
    type: "context.sanitized",
    data: { original_chunk_id, sanitization_applied: applied.join(", ") },
  });
  return { ...chunk, text };
}
