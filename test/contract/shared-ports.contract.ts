import { admissionContract } from "./admission.contract.ts";
import { cacheContract } from "./cache.contract.ts";
import { conversationsContract } from "./conversations.contract.ts";
import type { OpenDeployment } from "./deployment.ts";
import { effectsLedgerContract } from "./effects-ledger.contract.ts";
import { eventFeedContract } from "./event-feed.contract.ts";
import { feedbackStoreContract } from "./feedback-store.contract.ts";
import { idempotencyContract } from "./idempotency.contract.ts";
import { runInspectionContract } from "./run-inspection.contract.ts";
import { runLeaseContract } from "./run-lease.contract.ts";
import { runListContract } from "./run-list.contract.ts";
import { runStoreContract } from "./run-store.contract.ts";
import { throughputContract } from "./throughput.contract.ts";
import { timersContract } from "./timers.contract.ts";
import { toolAnnouncementsContract } from "./tool-announcements.contract.ts";
import { turnsContract } from "./turns.contract.ts";
import { workQueueContract } from "./work-queue.contract.ts";
import { workerRegistryContract } from "./worker-registry.contract.ts";

/** What every adapter set promises, port by port. */
export function sharedPortsContract(open: OpenDeployment): void {
  runStoreContract(open);
  idempotencyContract(open);
  runListContract(open);
  conversationsContract(open);
  turnsContract(open);
  runLeaseContract(open);
  effectsLedgerContract(open);
  workQueueContract(open);
  throughputContract(open);
  timersContract(open);
  workerRegistryContract(open);
  eventFeedContract(open);
  admissionContract(open);
  cacheContract(open);
  feedbackStoreContract(open);
  toolAnnouncementsContract(open);
  runInspectionContract(open);
}
