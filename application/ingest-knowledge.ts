import { UnknownRunError, VersionConflict } from "../domain/errors.ts";
import { KNOWLEDGE_INGESTION } from "../domain/ids.ts";
import { chunkDocument } from "../domain/knowledge/chunking.ts";
import { corpusFingerprint } from "../domain/knowledge/corpus.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { DocumentSource } from "../domain/ports/document-source.ts";
import type { Ids } from "../domain/ports/ids.ts";
import type { KnowledgeIndex } from "../domain/ports/knowledge-index.ts";
import type { Log } from "../domain/ports/log.ts";
import type { RunStore } from "../domain/ports/run-store.ts";
import type { EventDraft } from "../domain/run/events.ts";
import { record } from "./run-session.ts";

export interface IngestKnowledgePorts {
  readonly source: DocumentSource;
  readonly index: KnowledgeIndex;
  readonly store: RunStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

export interface Ingestion {
  readonly documents: number;
  readonly chunks: number;
  readonly corpus_version: string;
}

/** Workers that boot together append to the same list; each conflict means that another one got on. */
const CONFLICT_TRIES = 100;
const CONFLICT_PAUSE_MS = 50;

/** Reads all documents into this process's index. Runs on each boot, so changed files are picked up then. */
export class IngestKnowledge {
  readonly #ports: IngestKnowledgePorts;
  readonly #retention_seconds: number;

  /** The events about ingestion are kept for `retention_seconds` from the first one on. */
  constructor(ports: IngestKnowledgePorts, options: { readonly retention_seconds: number }) {
    this.#ports = ports;
    this.#retention_seconds = options.retention_seconds;
  }

  async execute(): Promise<Ingestion> {
    const { source, index, clock, ids, log } = this.#ports;
    const start = clock.monotonic();
    await this.#append({ type: "knowledge.ingestion.started", data: { source: source.location } });

    const { documents, unreadable } = await source.documents();
    for (const { location, reason } of unreadable) {
      log.warn("a document could not be read", { location, reason });
    }
    const chunks = documents.flatMap(chunkDocument);
    const corpus_version = ids.digest(corpusFingerprint(chunks));
    await index.replace(chunks, corpus_version);

    const ingestion = { documents: documents.length, chunks: chunks.length, corpus_version };
    const completed = { ...ingestion, duration_ms: Math.round(clock.monotonic() - start) };
    await this.#append({ type: "knowledge.ingestion.completed", data: completed });
    if (chunks.length === 0) log.warn("there is no knowledge to answer from", { source: source.location });
    else log.info("knowledge ingested", { source: source.location, ...completed });
    return ingestion;
  }

  /** Appends to the list that all processes share, behind whatever others appended meanwhile. */
  async #append(draft: EventDraft): Promise<void> {
    const { store, clock, ids } = this.#ports;
    for (let tries = 1; ; tries += 1) {
      const version = (await store.load(KNOWLEDGE_INGESTION))?.version ?? 0;
      try {
        await store.commit({
          run_id: KNOWLEDGE_INGESTION,
          expected_version: version,
          events: record([draft], KNOWLEDGE_INGESTION, version, { clock, ids }),
          effects: {
            request_tools: [],
            ended_calls: [],
            wake: false,
            due_at: null,
            release: false,
            // By the first event alone: boots that put it off again and again would let the list grow for ever.
            ...(version === 0 && { expire_after_seconds: this.#retention_seconds }),
          },
        });
        return;
      } catch (error) {
        // Somebody appended, or the list expired, since it was loaded.
        const retryable = error instanceof VersionConflict || error instanceof UnknownRunError;
        if (!retryable || tries >= CONFLICT_TRIES) throw error;
        await clock.pause(ids.random() * CONFLICT_PAUSE_MS);
      }
    }
  }
}
