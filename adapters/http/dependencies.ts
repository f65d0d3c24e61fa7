import type { ApproveRun } from "../../application/approve-run.ts";
import type { AwaitRun } from "../../application/await-run.ts";
import type { CancelRun } from "../../application/cancel-run.ts";
import type { DiagnoseRun } from "../../application/diagnose-run.ts";
import type { FollowRun } from "../../application/follow-run.ts";
import type { ForkRun } from "../../application/fork-run.ts";
import type { ReadConversations } from "../../application/read-conversations.ts";
import type { ReadOperations } from "../../application/read-operations.ts";
import type { ReadRuns } from "../../application/read-runs.ts";
import type { RecordFeedback } from "../../application/record-feedback.ts";
import type { StartRun } from "../../application/start-run.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Meter } from "../../domain/ports/meter.ts";
import type { SchemaValidator } from "../../domain/ports/schema-validator.ts";
import type { ToolCatalog } from "../../domain/ports/tool-catalog.ts";
import type { WebPage } from "./web-page.ts";

/** What every HTTP server of Baton needs, whatever it serves. */
export interface ServerDependencies {
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
}

/** What operators ask of any process. */
export interface OperationsDependencies {
  /** False when the process is beyond recovery and should be restarted; always true by default. */
  readonly alive?: () => boolean;
  /** What has to work for the process to do its work. */
  readonly readiness: readonly ReadinessCheck[];
  metricsText(): Promise<{ readonly content_type: string; readonly body: string }>;
}

export interface ReadinessCheck {
  readonly name: string;
  /** Rejects when it does not work. Given up, and counted as failed, when `signal` aborts. */
  check(signal: AbortSignal): Promise<void>;
}

/** What the API asks of the engine. */
export interface HttpDependencies extends ServerDependencies, OperationsDependencies {
  readonly validator: SchemaValidator;
  readonly startRun: StartRun;
  readonly forkRun: ForkRun;
  readonly cancelRun: CancelRun;
  readonly approveRun: ApproveRun;
  readonly readRuns: ReadRuns;
  readonly readConversations: ReadConversations;
  readonly followRun: FollowRun;
  readonly awaitRun: AwaitRun;
  readonly diagnoseRun: DiagnoseRun;
  readonly readOperations: ReadOperations;
  readonly recordFeedback: RecordFeedback;
  readonly catalog: ToolCatalog;
}

export interface ServerOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  /** Milliseconds a client may take to send a request, headers and body; 30,000 by default. */
  readonly request_timeout_ms?: number;
  /** Milliseconds that answers under way may take when the server closes; 5,000 by default. */
  readonly drain_ms?: number;
}

export interface HttpOptions extends ServerOptions {
  /** Who may call; empty: everybody, and the caller names the tenant. */
  readonly api_keys: readonly ApiKey[];
  /** Origins whose pages may call from a browser; `*` is any. */
  readonly cors_origins: readonly string[];
  /** Baton's own version, for /openapi.json. */
  readonly version: string;
  /** The web page, served at `/` and its other routes; none when left out. */
  readonly page?: WebPage;
  /** Milliseconds of silence after which a stream gets a ping; 15,000 by default. */
  readonly ping_ms?: number;
}

export interface ApiKey {
  readonly key: string;
  readonly tenant_id: string;
  readonly user_id: string;
}
