import type { CallId, RunId } from "../../../../domain/ids.ts";
import type { JsonObject } from "../../../../domain/json.ts";
import type { RunMode } from "../../../../domain/model/chat.ts";
import type { MinuteCount } from "../../../../domain/ports/throughput.ts";
import type { QueueDepth } from "../../../../domain/ports/work-queue.ts";
import type { WorkerEntry } from "../../../../domain/ports/worker-registry.ts";
import type { ConversationSummary } from "../../../../domain/run/conversation.ts";
import type { MultitaskStrategy } from "../../../../domain/run/events.ts";
import type { RunStatus } from "../../../../domain/run/state.ts";
import type { RunSummary } from "../../../../domain/run/summary.ts";

/** What the API takes and answers, where the domain has no type for it yet. */

export interface Run extends RunSummary {
  /** Once the run has ended; null when it was cancelled. */
  readonly final_text?: string | null;
}

export interface RunPage {
  readonly runs: readonly Run[];
  readonly next_cursor: string | null;
}

export interface RunQuery {
  readonly status?: RunStatus;
  readonly conversation_id?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

export interface ConversationPage {
  readonly conversations: readonly ConversationSummary[];
  readonly next_cursor: string | null;
}

export interface Conversation {
  readonly conversation_id: string;
  readonly title: string;
  /** Oldest first; the latest 200 at most. */
  readonly turns: readonly Run[];
}

export interface NewRun {
  readonly message: string;
  readonly mode: RunMode;
  readonly context?: string;
  readonly conversation_id: string;
  /** What becomes of it while an earlier run of the conversation goes on: by default it waits for its turn. */
  readonly multitask_strategy?: MultitaskStrategy;
}

export interface ApprovalAnswer {
  readonly decision: "approved" | "rejected";
  readonly call_id?: CallId;
  readonly digest?: string;
  /** Approves a call with these arguments instead. */
  readonly arguments?: JsonObject;
  readonly comment?: string;
}

export interface DeadMessage {
  readonly queue: "runs" | "tools";
  readonly run_id: string | null;
  readonly call_id: string | null;
  readonly tool_name: string | null;
  readonly reason: string;
  readonly at: string;
}

export interface Operations {
  readonly workers: readonly WorkerEntry[];
  readonly queues: { readonly runs: QueueDepth; readonly tools: QueueDepth };
  /** Newest first. */
  readonly dead_letters: readonly DeadMessage[];
  readonly active_runs: number;
  /** Oldest first; the last minute is not over yet. */
  readonly throughput: readonly MinuteCount[];
}

export interface Feedback {
  readonly run_id: RunId;
  readonly score: "up" | "down";
  readonly reason?: string;
  readonly final_text?: string;
  readonly message?: string;
  readonly context?: string;
  readonly mode?: RunMode;
}
