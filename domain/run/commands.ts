import type { CallId, Timestamp } from "../ids.ts";
import type { JsonObject } from "../json.ts";
import type { RetrievedChunk } from "../knowledge/chunk.ts";
import type { CallEnding } from "../model/chat.ts";
import type { ToolProgress } from "../tools/tool.ts";
import type {
  Driver,
  EventData,
  FailedOutcome,
  Observation,
  PlanType,
  Problem,
  Refusal,
  Step,
  Verification,
} from "./events.ts";
import type { ToolCall } from "./state.ts";

/** Everything that can be asked of a run. Time and ids enter as data. */
export type Command =
  | StartRun
  | BeginStep
  | Observe
  | CompleteStep
  | RequestTools
  | AskApproval
  | FailStep
  | RecordProgress
  | RecordToolResult
  | AskAgain
  | RecordApproval
  | Cancel
  | TimeOut
  | Abandon;

export interface StartRun {
  readonly type: "StartRun";
  readonly run: EventData["run.started"];
}

/** A driver sets out on the step that `next` names. */
export interface BeginStep {
  readonly type: "BeginStep";
  readonly step: Step;
  /** Who drives, under which claim: kept with the event, so that a history shows its takeovers. */
  readonly driver?: Driver;
  /** Of a run that begins only now: what it may take counts from here. */
  readonly deadline_at?: Timestamp;
}

/** Facts met while a step is at work: streamed text, model calls, findings. */
export interface Observe {
  readonly type: "Observe";
  readonly step: Step;
  readonly observations: readonly Observation[];
}

/** A step is done; `result` is what it found. */
export interface CompleteStep {
  readonly type: "CompleteStep";
  readonly result: StepResult;
}

export type StepResult =
  | {
      readonly step: "receive";
      readonly refusal: Refusal | null;
      readonly available_tools: readonly string[];
    }
  /** `reply` is the answer when the run needs no further step: a question back, or why there is no answer. */
  | { readonly step: "plan"; readonly plan_type: "direct_answer"; readonly reason: string }
  | {
      readonly step: "plan";
      readonly plan_type: Exclude<PlanType, "direct_answer">;
      readonly reason: string;
      readonly reply: string;
    }
  | { readonly step: "retrieve"; readonly chunks: readonly RetrievedChunk[]; readonly duration_ms: number }
  | { readonly step: "respond"; readonly refusal: Refusal | null }
  | { readonly step: "verify"; readonly grounding: string; readonly verification: Verification }
  | { readonly step: "maybe_approve" }
  | { readonly step: "finalize" };

/** One round of the agent loop asks for tools; each call was screened by the firewall already. */
export interface RequestTools {
  readonly type: "RequestTools";
  readonly calls: readonly ScreenedCall[];
}

/** A call as the firewall let it pass, holds it for a person, or ends it at once. */
export interface ScreenedCall
  extends Pick<
    ToolCall,
    "call_id" | "tool_name" | "arguments" | "source" | "permission_scope" | "server_id"
  > {
  readonly verdict:
    | { readonly kind: "allow" }
    | {
        readonly kind: "ask";
        readonly reason: string;
        readonly digest: string;
        readonly expires_at?: Timestamp;
      }
    | { readonly kind: "end"; readonly ending: Exclude<CallEnding, { status: "completed" }> };
}

/** The answer failed verification in a way that a person may overrule. */
export interface AskApproval {
  readonly type: "AskApproval";
  readonly reason: string;
  readonly expires_at?: Timestamp;
}

/** A step failed: with `retry`, it is tried again then; without, the run fails. */
export interface FailStep {
  readonly type: "FailStep";
  readonly step: Step;
  readonly error: Problem;
  readonly retry: { readonly at: Timestamp; readonly backoff_seconds: number } | null;
  /** Of the run that fails with the step; `failed` when not told. */
  readonly outcome?: FailedOutcome;
}

export interface RecordToolResult {
  readonly type: "RecordToolResult";
  readonly call_id: CallId;
  readonly ending: CallEnding;
  readonly duration_ms: number;
  readonly attempt: number;
  readonly observations: readonly Observation[];
}

/** How far a call is that a worker has in hand. */
export interface RecordProgress {
  readonly type: "RecordProgress";
  readonly call_id: CallId;
  readonly progress: ToolProgress;
}

/**
 * A call was begun and its worker died: it may have had its effect, and its tool's policy says that a
 * person decides whether it is executed again.
 */
export interface AskAgain {
  readonly type: "AskAgain";
  readonly call_id: CallId;
  readonly reason: string;
  readonly digest: string;
  readonly expires_at?: Timestamp;
}

export interface RecordApproval {
  readonly type: "RecordApproval";
  readonly decision: "approved" | "rejected";
  readonly user_id: string;
  readonly call_id?: CallId;
  /** Edited arguments, validated against the tool's schema by the caller. */
  readonly arguments?: JsonObject;
  /** What the person was shown; a decision about anything else is refused. */
  readonly digest?: string;
  readonly comment?: string;
  readonly at: Timestamp;
}

export interface Cancel {
  readonly type: "Cancel";
  readonly reason: string;
  readonly user_id: string;
}

/** The time is `at`: whatever was due by then (approvals, the deadline) takes effect. */
export interface TimeOut {
  readonly type: "TimeOut";
  readonly at: Timestamp;
}

/** The engine gives the run up (its wake-up message was delivered too often): it ends as failed. */
export interface Abandon {
  readonly type: "Abandon";
  readonly error: Problem;
  readonly outcome: FailedOutcome;
}
