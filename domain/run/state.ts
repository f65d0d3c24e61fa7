import type { GuardrailLayer, ThreatType } from "../guardrails/types.ts";
import type { CallId, RunId, Timestamp } from "../ids.ts";
import type { Json, JsonObject } from "../json.ts";
import type { RetrievedChunk } from "../knowledge/chunk.ts";
import type { CallEnding, RunMode } from "../model/chat.ts";
import type { PermissionScope, ToolDescriptor, ToolPolicy } from "../tools/tool.ts";
import type {
  ApprovalDecision,
  CostTotals,
  DecisionName,
  FailedOutcome,
  MultitaskStrategy,
  Phase,
  PlanType,
  Problem,
  RecalledTurn,
  Refusal,
  Step,
  Verification,
} from "./events.ts";

/** The state of a run: the fold of its events (`evolve`). Facts only gather; the situation is what changes. */
export interface RunState extends RunFacts {
  readonly situation: Situation;
}

/** Where the run stands, a union by status: what cannot be, has no field. `next` reads it, `decide` guards it. */
export type Situation = Queued | Running | WaitingForTool | WaitingForApproval | Retrying | Ended;

interface Queued {
  readonly status: "queued";
}

interface Running {
  readonly status: "running";
  readonly step: Step;
  /**
   * `started`: a driver is at it, or died at it. `resumable`: what the step waited for has arrived.
   * `completed`: the workflow moves on from here.
   */
  readonly progress: "started" | "resumable" | "completed";
}

interface WaitingForTool {
  readonly status: "waiting_for_tool";
  readonly step: "respond";
}

interface WaitingForApproval {
  readonly status: "waiting_for_approval";
  readonly step: "respond" | "maybe_approve";
  readonly approvals: readonly PendingApproval[];
  /** When the first of the questions was asked: from then on the deadline stands still. */
  readonly since: Timestamp;
}

interface Retrying {
  readonly status: "retrying";
  readonly step: Step;
  readonly retry_at: Timestamp;
}

type Ended =
  | { readonly status: "completed"; readonly final_text: string; readonly outcome: "success" }
  | {
      readonly status: "failed";
      readonly final_text: string;
      readonly outcome: FailedOutcome;
      readonly reason: string;
    }
  | { readonly status: "cancelled"; readonly reason: string };

/** A question to a person: about one tool call, or (without call_id) about an answer that failed verification. */
export interface PendingApproval {
  readonly reason: string;
  readonly since: Timestamp;
  readonly call_id?: CallId;
  readonly digest?: string;
  readonly expires_at?: Timestamp;
  /** The call was begun before: a no does not mean that it had no effect. */
  readonly again?: true;
}

/** A call the model asked for, from the request to its one ending. */
export interface ToolCall {
  readonly call_id: CallId;
  readonly tool_name: string;
  readonly arguments: JsonObject;
  readonly source: ToolDescriptor["source"] | "unknown";
  readonly permission_scope: PermissionScope | "unknown";
  /** Whose tool it was when it was asked for. */
  readonly server_id?: string;
  readonly policy: ToolPolicy;
  readonly iteration: number;
  readonly approval: "not_needed" | "pending" | ApprovalDecision;
  /** null while the call is open. */
  readonly ending: CallEnding | null;
  readonly duration_ms?: number;
  readonly attempt?: number;
}

export interface Decision {
  readonly name: DecisionName;
  readonly value: Json;
  readonly notes?: string;
}

/** What a run has gathered so far, whatever its status. */
export interface RunFacts {
  readonly run_id: RunId;
  readonly message: string;
  readonly context: string | null;
  readonly mode: RunMode;
  readonly tenant_id: string;
  readonly user_id: string;
  readonly conversation_id: string;
  /** There may be earlier turns in the conversation. */
  readonly continues: boolean;
  readonly multitask_strategy: MultitaskStrategy;
  /** Which run this one branched off, behind which of its events. */
  readonly forked_from: { readonly run_id: RunId; readonly seq: number } | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly traceparent: string | null;
  readonly created_at: Timestamp;
  readonly updated_at: Timestamp;
  readonly deadline_at: Timestamp;
  readonly last_seq: number;

  readonly phase: Phase;
  /** The step started last; null before the first. */
  readonly last_step: Step | null;
  /** How often each step was started. */
  readonly attempts: Readonly<Partial<Record<Step, number>>>;
  /** Failures of the current step since it last succeeded: what the retry policy counts. */
  readonly failures: number;
  readonly last_error: Problem | null;

  /** Earlier turns of the conversation, oldest first. */
  readonly earlier: readonly RecalledTurn[];
  readonly plan_type: PlanType | null;
  readonly decisions: readonly Decision[];
  readonly available_tools: readonly string[];
  readonly retrieved_chunks: readonly RetrievedChunk[];
  readonly sanitized_chunk_ids: readonly string[];
  /** Rounds of the agent loop that asked for tools. */
  readonly iterations: number;
  readonly calls: readonly ToolCall[];
  /** Text streamed and not reset: the answer in the making, and the final text in the end. */
  readonly output_text: string;
  readonly verification: Verification | null;
  /** What a person said of an answer that failed verification. */
  readonly review: { readonly decision: ApprovalDecision; readonly comment: string | null } | null;
  readonly human_decision: ApprovalDecision | null;
  readonly refusal: Refusal | null;
  readonly guardrail: {
    readonly layer: GuardrailLayer;
    readonly threat_type: ThreatType;
    readonly notes: string | null;
  } | null;
  readonly degraded_reason: string | null;
  readonly cost: CostTotals;
  readonly cost_limit_usd: number | null;
  /** What the model call under way may cost; 0 without one, or without a limit. */
  readonly reserved_usd: number;
  /** Reserved for calls that broke off while the model was at work: nobody said what they took. */
  readonly lost_usd: number;
}

export type RunStatus = Situation["status"];

export function isEnded(status: RunStatus): status is Ended["status"] {
  return status === "completed" || status === "failed" || status === "cancelled";
}

export function hasEnded(state: RunState): state is RunState & { readonly situation: Ended } {
  return isEnded(state.situation.status);
}

/** Calls that have no ending yet. */
export function openCalls(state: RunFacts): readonly ToolCall[] {
  return state.calls.filter((call) => call.ending === null);
}
