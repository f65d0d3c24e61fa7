import { ContainerModule } from "inversify";
import { Bm25KnowledgeIndex } from "../../adapters/knowledge/bm25-index.ts";
import { MarkdownDocumentSource } from "../../adapters/knowledge/markdown-source.ts";
import { IngestKnowledge } from "../../application/ingest-knowledge.ts";
import { TOKENS } from "../tokens.ts";

/** The documents of KNOWLEDGE_DIR, and the index that this process searches. */
export function knowledgeModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.index).toConstantValue(new Bm25KnowledgeIndex());
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
