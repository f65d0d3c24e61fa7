import { Bm25KnowledgeIndex } from "../../adapters/knowledge/bm25-index.ts";
import { HybridKnowledgeIndex } from "../../adapters/knowledge/hybrid-index.ts";
import { TerminalError } from "../../domain/errors.ts";
import { ConceptEmbedder } from "../support/concept-embedder.ts";
import { RecordingLog } from "../support/mcp/recording-log.ts";
import { knowledgeIndexContract } from "./knowledge-index.contract.ts";

knowledgeIndexContract("BM25", () => new Bm25KnowledgeIndex());

knowledgeIndexContract("words and meaning", () => {
  return new HybridKnowledgeIndex(new ConceptEmbedder(), new RecordingLog());
});

knowledgeIndexContract("words and meaning, while nothing can be embedded", () => {
  const embedder = new ConceptEmbedder();
  embedder.failure = new TerminalError("model_error", "no such model");
  return new HybridKnowledgeIndex(embedder, new RecordingLog());
});
