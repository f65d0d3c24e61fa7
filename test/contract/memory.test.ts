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
import type { Deployment, SharedPorts } from "./deployment.ts";
import { sharedPortsContract } from "./shared-ports.contract.ts";

/** One process is all there is in memory: whoever connects shares its objects. */
async function openMemory(): Promise<Deployment> {
  const db = new MemoryDatabase();
  const ports: SharedPorts = {
    store: new MemoryRunStore(db),
    conversations: new MemoryConversations(db),
    lease: new MemoryRunLease(db),
    ledger: new MemoryEffectsLedger(db),
    throughput: new MemoryThroughput(db),
    timers: new MemoryTimers(db),
    registry: new MemoryWorkerRegistry(db),
    feed: new MemoryEventFeed(db),
    admission: new MemoryAdmission(db),
    cache: new MemoryCache(),
    feedback: new MemoryFeedbackStore(),
    catalog: new MemoryToolCatalog(db),
    inspection: new MemoryRunInspection(db),
    runQueue: (worker_id) => new MemoryWorkQueue(db, db.run_queue, worker_id),
    toolQueue: (worker_id) => new MemoryWorkQueue(db, db.tool_queue, worker_id),
  };
  return { connect: () => ports, [Symbol.asyncDispose]: async () => undefined };
}

sharedPortsContract(openMemory);
