import { ContainerModule } from "inversify";
import { Bm25KnowledgeIndex } from "../../adapters/knowledge/bm25-index.ts";
import { CachedEmbedder } from "../../adapters/knowledge/cached-embedder.ts";
import { HybridKnowledgeIndex } from "../../adapters/knowledge/hybrid-index.ts";
import { MarkdownDocumentSource } from "../../adapters/knowledge/markdown-source.ts";
import { OpenAiEmbedder } from "../../adapters/openai/openai-embedder.ts";
import { IngestKnowledge } from "../../application/ingest-knowledge.ts";
import type { EmbeddingCache } from "../../domain/ports/embedding-cache.ts";
import type { KnowledgeIndex } from "../../domain/ports/knowledge-index.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Meter } from "../../domain/ports/meter.ts";
import type { Config } from "../config.ts";
import { TOKENS } from "../tokens.ts";

/** A slow machine that embeds by itself takes long for a batch. */
const EMBEDDING_TIMEOUT_MS = 120_000;

/** The documents of KNOWLEDGE_DIR, and the index that this process searches. */
export function knowledgeModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.index)
      .toResolvedValue(knowledgeIndex, [TOKENS.config, TOKENS.embeddings, TOKENS.log, TOKENS.meter])
      .inSingletonScope();
    bind(TOKENS.documents)
      .toResolvedValue(({ knowledge_dir }) => new MarkdownDocumentSource(knowledge_dir), [TOKENS.config])
      .inSingletonScope();
    bind(TOKENS.ingestKnowledge)
      .toResolvedValue(
        (source, index, store, clock, ids, log, { retention_seconds }) =>
          new IngestKnowledge({ source, index, store, clock, ids, log }, { retention_seconds }),
        [TOKENS.documents, TOKENS.index, TOKENS.store, TOKENS.clock, TOKENS.ids, TOKENS.log, TOKENS.config],
      )
      .inSingletonScope();
  });
}

/** By words, and by meaning too when there is somebody to ask for it. */
function knowledgeIndex(
  { embedding }: Config,
  cache: EmbeddingCache,
  log: Log,
  meter: Meter,
): KnowledgeIndex {
  if (embedding === null) return new Bm25KnowledgeIndex();
  const { optional, ...options } = embedding;
  const model = new OpenAiEmbedder({ ...options, timeout_ms: EMBEDDING_TIMEOUT_MS }, log);
  const embedder = new CachedEmbedder({ embedder: model, cache, log, meter });
  return new HybridKnowledgeIndex(embedder, log, { optional });
}
