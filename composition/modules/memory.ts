import path from "node:path";
import { ContainerModule } from "inversify";
import { FileEmbeddingCache } from "../../adapters/knowledge/file-embedding-cache.ts";
import { MemoryAdmission } from "../../adapters/memory/admission.ts";
import { MemoryCache } from "../../adapters/memory/cache.ts";
import { MemoryConversations } from "../../adapters/memory/conversations.ts";
import { MemoryDatabase } from "../../adapters/memory/database.ts";
import { MemoryEffectsLedger } from "../../adapters/memory/effects-ledger.ts";
import { MemoryEventFeed } from "../../adapters/memory/event-feed.ts";
import { MemoryFeedbackStore } from "../../adapters/memory/feedback-store.ts";
import { MemoryRunInspection } from "../../adapters/memory/run-inspection.ts";
import { MemoryRunLease } from "../../adapters/memory/run-lease.ts";
import { MemoryRunStore } from "../../adapters/memory/run-store.ts";
import { MemoryThroughput } from "../../adapters/memory/throughput.ts";
import { MemoryTimers } from "../../adapters/memory/timers.ts";
import { MemoryToolCatalog } from "../../adapters/memory/tool-catalog.ts";
import { MemoryWorkQueue } from "../../adapters/memory/work-queue.ts";
import { MemoryWorkerRegistry } from "../../adapters/memory/worker-registry.ts";
import { TOKENS } from "../tokens.ts";

/** The ports that processes share, in the memory of the only process there is; what has to outlive it, in files. */
export function memoryModule(): ContainerModule {
  const db = new MemoryDatabase();
  const catalog = new MemoryToolCatalog(db);
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.store).toConstantValue(new MemoryRunStore(db));
    bind(TOKENS.conversations).toConstantValue(new MemoryConversations(db));
    bind(TOKENS.lease).toConstantValue(new MemoryRunLease(db));
    bind(TOKENS.ledger).toConstantValue(new MemoryEffectsLedger(db));
    bind(TOKENS.runQueueFor).toConstantValue((id) => new MemoryWorkQueue(db, db.run_queue, id));
    bind(TOKENS.toolQueueFor).toConstantValue((id) => new MemoryWorkQueue(db, db.tool_queue, id));
    bind(TOKENS.timers).toConstantValue(new MemoryTimers(db));
    bind(TOKENS.registry).toConstantValue(new MemoryWorkerRegistry(db));
    bind(TOKENS.feed).toConstantValue(new MemoryEventFeed(db));
    bind(TOKENS.admission).toConstantValue(new MemoryAdmission(db));
    bind(TOKENS.cache).toConstantValue(new MemoryCache());
    bind(TOKENS.embeddings)
      .toResolvedValue(
        ({ cache_dir }) => new FileEmbeddingCache(path.join(cache_dir, "embeddings")),
        [TOKENS.config],
      )
      .inSingletonScope();
    bind(TOKENS.feedback).toConstantValue(new MemoryFeedbackStore());
    bind(TOKENS.inspection).toConstantValue(new MemoryRunInspection(db));
    bind(TOKENS.throughput).toConstantValue(new MemoryThroughput(db));
    bind(TOKENS.catalog).toConstantValue(catalog);
    bind(TOKENS.announcements).toConstantValue(catalog);
  });
}
