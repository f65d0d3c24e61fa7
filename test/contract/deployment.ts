import type { WorkerId } from "../../domain/ids.ts";
import type { Admission } from "../../domain/ports/admission.ts";
import type { Cache } from "../../domain/ports/cache.ts";
import type { Conversations } from "../../domain/ports/conversations.ts";
import type { EffectsLedger } from "../../domain/ports/effects-ledger.ts";
import type { EventFeed } from "../../domain/ports/event-feed.ts";
import type { FeedbackStore } from "../../domain/ports/feedback-store.ts";
import type { RunInspection } from "../../domain/ports/run-inspection.ts";
import type { RunLease } from "../../domain/ports/run-lease.ts";
import type { RunQueue } from "../../domain/ports/run-queue.ts";
import type { RunStore } from "../../domain/ports/run-store.ts";
import type { Throughput } from "../../domain/ports/throughput.ts";
import type { Timers } from "../../domain/ports/timers.ts";
import type { ToolAnnouncements, ToolCatalog } from "../../domain/ports/tool-catalog.ts";
import type { ToolQueue } from "../../domain/ports/tool-queue.ts";
import type { WorkerRegistry } from "../../domain/ports/worker-registry.ts";

/** Every port that processes share, as one process sees it. */
export interface SharedPorts {
  readonly store: RunStore;
  readonly conversations: Conversations;
  readonly lease: RunLease;
  readonly ledger: EffectsLedger;
  readonly throughput: Throughput;
  readonly timers: Timers;
  readonly registry: WorkerRegistry;
  readonly feed: EventFeed;
  readonly admission: Admission;
  readonly cache: Cache;
  readonly feedback: FeedbackStore;
  readonly catalog: ToolCatalog & ToolAnnouncements;
  readonly inspection: RunInspection;
  /** One per worker. */
  runQueue(worker_id: WorkerId): RunQueue;
  toolQueue(worker_id: WorkerId): ToolQueue;
}

/** An empty place to keep runs, for one test. */
export interface Deployment extends AsyncDisposable {
  /** Another process: the same runs through connections of its own. */
  connect(): SharedPorts;
}

export type OpenDeployment = () => Promise<Deployment>;
