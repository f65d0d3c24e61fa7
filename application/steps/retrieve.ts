import { sanitize } from "../../domain/guardrails/sanitize.ts";
import { canonicalJson, type Json } from "../../domain/json.ts";
import type { RetrievedChunk } from "../../domain/knowledge/chunk.ts";
import { standaloneQuery } from "../../domain/model/follow-up.ts";
import type { Cache } from "../../domain/ports/cache.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { Ids } from "../../domain/ports/ids.ts";
import type { KnowledgeIndex } from "../../domain/ports/knowledge-index.ts";
import type { CompleteStep } from "../../domain/run/commands.ts";
import type { Observation } from "../../domain/run/events.ts";
import type { RunState } from "../../domain/run/state.ts";
import type { GuardrailSettings } from "../guardrail-settings.ts";
import type { StepContext, WorkflowStep } from "../workflow-step.ts";

/** How many chunks a run gets to see. */
const TOP = 5;

export interface RetrievePorts {
  readonly index: KnowledgeIndex;
  /** What queries found in this corpus; null when it is not kept. */
  readonly cache: Cache | null;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** What a query found: chunks that are safe to show to a model, and what was done to make them so. */
interface Found {
  readonly chunks: readonly RetrievedChunk[];
  readonly observations: readonly Observation[];
  /** The next search may find more. */
  readonly degraded: boolean;
}

/** Finds evidence for the message, and takes the teeth out of what in it would steer a model. */
export class RetrieveStep implements WorkflowStep {
  readonly step = "retrieve";
  readonly #ports: RetrievePorts;
  readonly #guardrails: GuardrailSettings;
  readonly #cache_seconds: number;

  constructor(
    ports: RetrievePorts,
    guardrails: GuardrailSettings,
    options: { readonly cache_seconds: number },
  ) {
    this.#ports = ports;
    this.#guardrails = guardrails;
    this.#cache_seconds = options.cache_seconds;
  }

  async execute({ message, earlier }: RunState, context: StepContext): Promise<CompleteStep> {
    const query = standaloneQuery(message, earlier);
    const { clock } = this.#ports;
    const started = clock.monotonic();
    context.observe({ type: "retrieval.started", data: { query, query_length: query.length } });
    const { chunks, observations } = await this.#find(query, context);
    context.observe(...observations);
    const duration_ms = clock.monotonic() - started;
    return { type: "CompleteStep", result: { step: "retrieve", chunks, duration_ms } };
  }

  async #find(query: string, context: StepContext): Promise<Found> {
    const { cache, index, ids } = this.#ports;
    if (cache === null) return this.#search(query, context.signal);
    const scope = [index.version() ?? "", this.#guardrails.context, query];
    const key = `retrieval:${ids.digest(canonicalJson(scope))}`;
    const access = { cache_name: "retrieval", key, metadata: { corpus_version: index.version() } } as const;
    const kept = (await cache.get(key)) as Found | undefined;
    if (kept !== undefined) {
      context.observe({ type: "cache.hit", data: access });
      return kept;
    }
    context.observe({ type: "cache.miss", data: access });
    const found = await this.#search(query, context.signal);
    if (!found.degraded) await cache.set(key, found as unknown as Json, this.#cache_seconds);
    return found;
  }

  async #search(query: string, signal: AbortSignal): Promise<Found> {
    const { chunks, degraded } = await this.#ports.index.search(query, TOP, signal);
    const safe = chunks.map((chunk) =>
      this.#guardrails.context ? neutralise(chunk) : { chunk, observations: [] },
    );
    return {
      chunks: safe.map(({ chunk }) => chunk),
      observations: [...degradation(degraded), ...safe.flatMap(({ observations }) => observations)],
      degraded: degraded !== null,
    };
  }
}

function degradation(reason: string | null): readonly Observation[] {
  if (reason === null) return [];
  return [{ type: "degraded.mode.entered", data: { scope: "retrieval", reason, metadata: {} } }];
}

function neutralise(chunk: RetrievedChunk): {
  readonly chunk: RetrievedChunk;
  readonly observations: readonly Observation[];
} {
  const { text, applied, findings } = sanitize(chunk.text);
  if (applied.length === 0) return { chunk, observations: [] };
  const { chunk_id: original_chunk_id } = chunk;
  const observations: Observation[] = findings.map(({ confidence, pattern }) => ({
    type: "injection.detected",
    data: { location: "retrieval", confidence, pattern },
  }));
  const [worst] = findings;
  if (worst !== undefined) {
    const { threat_type, confidence } = worst;
    const notes = `neutralised in ${original_chunk_id}`;
    observations.push({
      type: "guardrail.triggered",
      data: { layer: "context", threat_type, confidence, notes },
    });
  }
  const sanitization_applied = applied.join(", ");
  observations.push({ type: "context.sanitized", data: { original_chunk_id, sanitization_applied } });
  return { chunk: { ...chunk, text }, observations };
}
