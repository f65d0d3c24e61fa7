import path from "node:path";
import { CachedEmbedder } from "../../adapters/knowledge/cached-embedder.ts";
import { FileEmbeddingCache } from "../../adapters/knowledge/file-embedding-cache.ts";
import { OpenAiEmbedder } from "../../adapters/openai/openai-embedder.ts";
import { PinoLog } from "../../adapters/telemetry/pino-log.ts";
import { PrometheusMeter } from "../../adapters/telemetry/prometheus-meter.ts";
import { type Config, loadConfig } from "../../composition/config.ts";
import type { Embedder } from "../../domain/ports/embedder.ts";
import type { Log } from "../../domain/ports/log.ts";
import { SentenceEmbedder } from "../support/sentence-embedder.ts";

/**
 * What to measure with: the model that is configured, else the one that runs offline. All vectors are kept,
 * also those of queries, which are the same each time.
 */
export function measuredEmbedder(): { readonly embedder: Embedder; readonly log: Log } {
  const config = loadConfig();
  const log = PinoLog.create({ level: "warn", secrets: config.secrets });
  const cache = new FileEmbeddingCache(path.join(config.cache_dir, "embeddings"));
  const meter = new PrometheusMeter();
  const kept = new CachedEmbedder({ embedder: source(config, log), cache, log, meter });
  const embedder: Embedder = {
    model: kept.model,
    embed: (texts, _purpose, signal) => kept.embed(texts, "document", signal),
  };
  return { embedder, log };
}

function source({ embedding }: Config, log: Log): Embedder {
  if (embedding === null) return new SentenceEmbedder();
  return new OpenAiEmbedder({ ...embedding, timeout_ms: 120_000 }, log);
}
