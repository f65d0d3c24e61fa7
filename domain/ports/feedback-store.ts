import type { RunId, Timestamp } from "../ids.ts";
import type { RunMode } from "../model/chat.ts";

/** Keeps what people think of answers. */
export interface FeedbackStore {
  record(feedback: Feedback): Promise<void>;
  /** Of one run, oldest first. */
  of(run_id: RunId): Promise<readonly Feedback[]>;
}

export interface Feedback {
  readonly run_id: RunId;
  readonly tenant_id: string;
  readonly user_id: string;
  readonly score: "up" | "down";
  readonly reason?: string;
  readonly final_text?: string;
  readonly message?: string;
  readonly context?: string;
  readonly mode?: RunMode;
  readonly recorded_at: Timestamp;
}
