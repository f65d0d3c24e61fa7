import type { ServiceIdentifier } from "inversify";
import type { RedisConnection } from "../adapters/redis/connection.ts";
import type { AcceptRun } from "../application/accept-run.ts";
import type { ApproveRun } from "../application/approve-run.ts";
import type { AwaitRun } from "../application/await-run.ts";
import type { CancelRun } from "../application/cancel-run.ts";
import type { DiagnoseRun } from "../application/diagnose-run.ts";
import type { FollowRun } from "../application/follow-run.ts";
import type { ForkRun } from "../application/fork-run.ts";
import type { GuardrailSettings } from "../application/guardrail-settings.ts";
import type { IngestKnowledge } from "../application/ingest-knowledge.ts";
import type { ReadConversations } from "../application/read-conversations.ts";
import type { ReadOperations } from "../application/read-operations.ts";
import type { ReadRuns } from "../application/read-runs.ts";
import type { RecordFeedback } from "../application/record-feedback.ts";
import type { RunSessions } from "../application/run-session.ts";
import type { StartRun } from "../application/start-run.ts";
import type { ToolScreening } from "../application/tool-screening.ts";
import type { ChangingCatalog } from "../application/tool-worker.ts";
import type { Worker } from "../application/worker.ts";
import type { WorkflowStep } from "../application/workflow-step.ts";
import type { RunId, WorkerId } from "../domain/ids.ts";
import type { Admission } from "../domain/ports/admission.ts";
import type { Cache } from "../domain/ports/cache.ts";
import type { ChatModel } from "../domain/ports/chat-model.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Conversations } from "../domain/ports/conversations.ts";
import type { DocumentSource } from "../domain/ports/document-source.ts";
import type { EffectsLedger } from "../domain/ports/effects-ledger.ts";
import type { EmbeddingCache } from "../domain/ports/embedding-cache.ts";
import type { EventFeed } from "../domain/ports/event-feed.ts";
import type { FeedbackStore } from "../domain/ports/feedback-store.ts";
import type { Ids } from "../domain/ports/ids.ts";
import type { KnowledgeIndex } from "../domain/ports/knowledge-index.ts";
import type { Log } from "../domain/ports/log.ts";
import type { Meter } from "../domain/ports/meter.ts";
import type { RunInspection } from "../domain/ports/run-inspection.ts";
import type { RunLease } from "../domain/ports/run-lease.ts";
import type { RunQueue } from "../domain/ports/run-queue.ts";
import type { RunStore } from "../domain/ports/run-store.ts";
import type { SchemaValidator } from "../domain/ports/schema-validator.ts";
import type { Throughput } from "../domain/ports/throughput.ts";
import type { Timers } from "../domain/ports/timers.ts";
import type { ToolAnnouncements, ToolCatalog } from "../domain/ports/tool-catalog.ts";
import type { ToolInvoker } from "../domain/ports/tool-invoker.ts";
import type { ToolQueue } from "../domain/ports/tool-queue.ts";
import type { WorkerRegistry } from "../domain/ports/worker-registry.ts";
import type { ToolRequest } from "../domain/tools/tool.ts";
import type { Config } from "./config.ts";

/** What can be bound, by the type it resolves to. The ports come first, then what is built from them. */
export const TOKENS = {
  config: token<Config>("Config"),
  guardrails: token<GuardrailSettings>("GuardrailSettings"),

  clock: token<Clock>("Clock"),
  ids: token<Ids>("Ids"),
  log: token<Log>("Log"),
  meter: token<Meter>("Meter"),
  /** What the meter counted, as Prometheus reads it. */
  metrics: token<() => Promise<{ readonly content_type: string; readonly body: string }>>("Metrics"),
  validator: token<SchemaValidator>("SchemaValidator"),

  redis: token<RedisConnection>("RedisConnection"),
  store: token<RunStore>("RunStore"),
  conversations: token<Conversations>("Conversations"),
  lease: token<RunLease>("RunLease"),
  ledger: token<EffectsLedger>("EffectsLedger"),
  runQueueFor: token<(worker_id: WorkerId) => RunQueue>("RunQueueFor"),
  toolQueueFor: token<(worker_id: WorkerId) => ToolQueue>("ToolQueueFor"),
  timers: token<Timers>("Timers"),
  registry: token<WorkerRegistry>("WorkerRegistry"),
  feed: token<EventFeed>("EventFeed"),
  admission: token<Admission>("Admission"),
  cache: token<Cache>("Cache"),
  embeddings: token<EmbeddingCache>("EmbeddingCache"),
  feedback: token<FeedbackStore>("FeedbackStore"),
  inspection: token<RunInspection>("RunInspection"),
  throughput: token<Throughput>("Throughput"),
  catalog: token<ToolCatalog>("ToolCatalog"),
  announcements: token<ToolAnnouncements & ToolCatalog>("ToolAnnouncements"),

  documents: token<DocumentSource>("DocumentSource"),
  index: token<KnowledgeIndex>("KnowledgeIndex"),
  model: token<ChatModel>("ChatModel"),
  toolbox: token<Toolbox>("Toolbox"),

  sessions: token<RunSessions>("RunSessions"),
  traceExport: token<TraceExport>("TraceExport"),
  acceptRun: token<AcceptRun>("AcceptRun"),
  startRun: token<StartRun>("StartRun"),
  forkRun: token<ForkRun>("ForkRun"),
  cancelRun: token<CancelRun>("CancelRun"),
  approveRun: token<ApproveRun>("ApproveRun"),
  readRuns: token<ReadRuns>("ReadRuns"),
  readConversations: token<ReadConversations>("ReadConversations"),
  followRun: token<FollowRun>("FollowRun"),
  awaitRun: token<AwaitRun>("AwaitRun"),
  diagnoseRun: token<DiagnoseRun>("DiagnoseRun"),
  readOperations: token<ReadOperations>("ReadOperations"),
  recordFeedback: token<RecordFeedback>("RecordFeedback"),
  ingestKnowledge: token<IngestKnowledge>("IngestKnowledge"),
  screening: token<ToolScreening>("ToolScreening"),
  steps: token<readonly WorkflowStep[]>("WorkflowSteps"),
  workflowWorker: token<Worker<{ readonly run_id: RunId }>>("WorkflowWorker"),
  toolWorker: token<Worker<ToolRequest>>("ToolWorker"),
};

/** Sends the traces of runs that end in this process away, when it is configured to. */
export interface TraceExport {
  ended(run_id: RunId): void;
  /** Sends what waits, within a few seconds. Comes after everything that ends runs, and before the store. */
  close(): Promise<void>;
}

/** Tools that this process can execute, on servers that it connects to. */
interface Toolbox extends ChangingCatalog, ToolInvoker {
  /** Resolves when calls can be taken. */
  start(): Promise<void>;
  close(): Promise<void>;
}

function token<Service>(name: string): ServiceIdentifier<Service> {
  return Symbol(name) as ServiceIdentifier<Service>;
}
