import type { Confidence, GuardrailLayer, InjectionLocation, ThreatType } from "../guardrails/types.ts";
import type { CallId, ChunkId, EventId, RunId, Timestamp, WorkerId } from "../ids.ts";
import type { Json, JsonObject } from "../json.ts";
import type { RetrievedChunk } from "../knowledge/chunk.ts";
import type { Capability, EarlierTurn, FinishReason, RunMode } from "../model/chat.ts";
import type { PermissionScope, ToolDescriptor, ToolError, ToolOutput, ToolPolicy } from "../tools/tool.ts";

/** The steps of the workflow, in the order a run that is neither refused nor unclear goes through them. */
export const STEPS = [
  "receive",
  "plan",
  "retrieve",
  "respond",
  "verify",
  "maybe_approve",
  "finalize",
] as const;
export type Step = (typeof STEPS)[number];

/** How far a person sees the run to be. */
export type Phase =
  | "received"
  | "thinking"
  | "responding"
  | "waiting_for_tool"
  | "waiting_for_approval"
  | "complete";

export type WorkflowStatus =
  | "running"
  | "waiting_for_event"
  | "waiting_for_approval"
  | "retrying"
  | "completed"
  | "failed"
  | "cancelled";

export type PlanType = "direct_answer" | "needs_clarification" | "cannot_answer";
export type ApprovalDecision = "approved" | "rejected" | "expired";
export type FailedOutcome = "failure" | "refusal" | "failed";

export type DecisionName =
  | "plan_type"
  | "available_tools"
  | "tool_selected"
  | "retrieval_chunks"
  | "response_strategy"
  | "tool_result"
  | "grounding"
  | "verification"
  | "human_approval"
  | "outcome";

export interface Verification {
  readonly passed: boolean;
  readonly reason: string;
  /** A person may let the answer pass all the same. */
  readonly overrulable: boolean;
}

/**
 * What becomes of a new run while earlier runs of its conversation have not ended: it waits for its turn, is
 * not accepted, or has them cancelled.
 */
export const MULTITASK_STRATEGIES = ["enqueue", "reject", "interrupt"] as const;
export type MultitaskStrategy = (typeof MULTITASK_STRATEGIES)[number];

/** An earlier run of the same conversation, as the model is reminded of it. */
export interface RecalledTurn extends EarlierTurn {
  readonly run_id: RunId;
}

/** Why the run does not do what it was asked: a guardrail or the model itself said no. */
export interface Refusal {
  readonly reason: string;
  readonly layer: GuardrailLayer | "model";
}

/** The worker that drives a run, and its claim: epochs of a run only grow. */
export interface Driver {
  readonly worker_id: WorkerId;
  readonly epoch: number;
}

/** An error as an event tells it: a stable code and a sentence. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

export interface CostTotals {
  readonly total_cost_usd: number;
  readonly total_model_calls: number;
  readonly total_input_tokens: number;
  readonly total_output_tokens: number;
}

/**
 * Every event type and the shape of its `data`. This is the wire format, the stored format and the
 * domain's own: there is no translation on an event's way from `decide` to the browser.
 * Add fields and types; never rename or remove one (docs/decisions/0001).
 */
export interface EventData {
  "run.started": {
    readonly message: string;
    readonly context?: string;
    readonly mode: RunMode;
    readonly conversation_id: string;
    readonly tenant_id: string;
    readonly user_id: string;
    /** The client named the conversation, so there may be earlier turns. */
    readonly continues?: true;
    /** `enqueue` when left out. */
    readonly multitask_strategy?: MultitaskStrategy;
    readonly metadata?: Readonly<Record<string, string>>;
    /**
     * The run is failed when it has not ended by then. What it may take counts from its first step on, and time
     * spent waiting for a person is given back.
     */
    readonly deadline_at: Timestamp;
    readonly cost_limit_usd?: number;
    readonly traceparent?: string;
  };
  /** The events up to here are another run's: this one is a branch of it and goes on by itself. */
  "run.forked": {
    readonly from_run_id: RunId;
    readonly from_seq: number;
    readonly conversation_id: string;
    readonly deadline_at: Timestamp;
    readonly user_id: string;
  };
  "status.changed": { readonly value: Phase };
  "workflow.started": { readonly current_step: Step; readonly status: "running" };
  "workflow.step.started": {
    readonly step: Step;
    readonly attempt: number;
    readonly status: "running";
    readonly driver?: Driver;
    /** With a run's first step: its deadline, now that it does not wait for a worker or its turn any more. */
    readonly deadline_at?: Timestamp;
  };
  "workflow.step.completed": {
    readonly step: Step;
    readonly attempt: number;
    readonly status: "running";
    /** What the step found, where the workflow's way depends on it. */
    readonly available_tools?: readonly string[];
    readonly plan_type?: PlanType;
    readonly verification?: Verification;
    readonly refusal?: Refusal;
  };
  "workflow.retrying": {
    readonly step: Step;
    readonly attempt: number;
    readonly backoff_seconds: number;
    readonly retry_at: Timestamp;
    readonly error: Problem;
    readonly status: "retrying";
  };
  "workflow.waiting_for_event": {
    readonly step: Step;
    readonly event_types: readonly EventType[];
    readonly reason: string;
    readonly status: "waiting_for_event";
  };
  "workflow.waiting_for_approval": {
    readonly step: Step;
    readonly reason: string;
    readonly call_id?: CallId;
    readonly tool_name?: string;
    readonly arguments?: JsonObject;
    readonly digest?: string;
    readonly expires_at?: Timestamp;
    /** The call was begun before and its worker died: it may have had its effect already. */
    readonly again?: true;
    readonly status: "waiting_for_approval";
  };
  "workflow.approval.recorded": {
    readonly decision: ApprovalDecision;
    readonly call_id?: CallId;
    readonly arguments?: JsonObject;
    readonly comment?: string;
    readonly user_id: string;
    /** The run's deadline, moved by the time it waited for the decision. */
    readonly deadline_at: Timestamp;
    readonly status: WorkflowStatus;
  };
  "workflow.completed": { readonly status: "completed" };
  "workflow.failed": {
    readonly step?: Step;
    readonly error?: Problem;
    readonly reason?: string;
    readonly status: "failed" | "cancelled";
  };
  "decision.made": { readonly name: DecisionName; readonly value: Json; readonly notes?: string };
  /** The earlier turns of the conversation that fit into the budget, oldest first. */
  "conversation.recalled": {
    readonly turns: readonly RecalledTurn[];
    /** How many older turns were left out. */
    readonly omitted: number;
  };
  "retrieval.started": { readonly query: string; readonly query_length: number };
  "retrieval.completed": {
    readonly number_of_chunks: number;
    readonly chunk_ids: readonly ChunkId[];
    readonly chunks: readonly RetrievedChunk[];
    readonly duration_ms: number;
  };
  "model.started": {
    readonly iteration: number;
    readonly model: string;
    readonly provider: string;
    /** What the model is asked to be good at; `generation` in histories that do not tell. */
    readonly capability?: Capability;
    /** What the call may cost at most, taken from the run's budget until the call is settled. */
    readonly reserved_usd?: number;
  };
  "model.completed": {
    readonly iteration: number;
    readonly model: string;
    readonly capability?: Capability;
    readonly input_tokens: number;
    readonly output_tokens: number;
    /** Of the input: what the server had in its cache. */
    readonly cached_tokens?: number;
    /** Of the output: what the model thought and did not say. */
    readonly reasoning_tokens?: number;
    readonly cost_usd: number;
    readonly finish_reason: FinishReason;
    /** What the model said, where it was asked for a judgement: no part of the run's output. */
    readonly answer?: string;
    readonly duration_ms: number;
  };
  /** A call that gave no answer: what was reserved for it is free again, but for what it may have taken. */
  "model.failed": {
    readonly iteration: number;
    readonly model: string;
    readonly capability?: Capability;
    readonly error: Problem;
    /** It broke off while the model was at work: it counts with all that was reserved. */
    readonly lost_usd?: number;
    readonly duration_ms: number;
  };
  "output.chunk": { readonly text: string; readonly step: Step; readonly attempt: number };
  "output.reset": { readonly reason: string };
  "tool.discovered": {
    readonly tool_name: string;
    readonly source: ToolDescriptor["source"];
    readonly permission_scope: PermissionScope;
    readonly server_id?: string;
  };
  "tool.requested": {
    readonly call_id: CallId;
    readonly tool_name: string;
    readonly arguments: JsonObject;
    readonly source: ToolDescriptor["source"] | "unknown";
    readonly permission_scope: PermissionScope | "unknown";
    readonly server_id?: string;
    /** Which round of the agent loop asked; calls of one round run in parallel. */
    readonly iteration: number;
    /** `ask` waits for a person, `deny` is refused at once. */
    readonly policy: ToolPolicy;
  };
  "tool.progress": {
    readonly call_id: CallId;
    readonly tool_name: string;
    readonly progress: number;
    readonly total?: number;
    readonly message?: string;
  };
  "tool.completed": {
    readonly call_id: CallId;
    readonly tool_name: string;
    readonly output: ToolOutput;
    readonly duration_ms: number;
    readonly attempt: number;
  };
  "tool.failed": {
    readonly call_id: CallId;
    readonly tool_name: string;
    readonly error: ToolError;
    readonly duration_ms: number;
    readonly attempt: number;
  };
  "tool.denied": {
    readonly call_id: CallId;
    readonly tool_name: string;
    readonly permission_scope: PermissionScope | "unknown";
    readonly reason: string;
  };
  "tool.server.error": { readonly server_id: string; readonly error: Problem };
  "guardrail.triggered": {
    readonly layer: GuardrailLayer;
    readonly threat_type: ThreatType;
    readonly confidence: Confidence;
    readonly notes?: string;
  };
  "injection.detected": {
    readonly location: InjectionLocation;
    readonly confidence: Confidence;
    readonly pattern: string;
  };
  "context.sanitized": {
    readonly original_chunk_id: string;
    readonly sanitization_applied: string;
    readonly notes?: string;
  };
  "cache.hit": CacheAccess;
  "cache.miss": CacheAccess;
  "rate.limit.exceeded": Limitation;
  "degraded.mode.entered": Limitation;
  "cost.aggregated": CostTotals;
  "error.raised": { readonly node: string; readonly message: string };
  "run.completed": { readonly final_text: string; readonly outcome: "success" };
  "run.failed": {
    readonly final_text: string;
    readonly outcome: FailedOutcome;
    readonly reason: string;
  };
  "run.cancelled": { readonly reason: string; readonly user_id: string };
  "knowledge.ingestion.started": { readonly source: string };
  "knowledge.ingestion.completed": {
    readonly documents: number;
    readonly chunks: number;
    readonly corpus_version: string;
    readonly duration_ms: number;
  };
}

interface CacheAccess {
  readonly cache_name: "retrieval" | "tool_result";
  readonly key: string;
  readonly metadata: JsonObject;
}

interface Limitation {
  readonly scope: string;
  readonly reason: string;
  readonly metadata: JsonObject;
}

export type EventType = keyof EventData;

/** What `decide` says happened, before it has an id, a number and a time. */
export type EventDraft<T extends EventType = EventType> = {
  [K in T]: { readonly type: K; readonly data: EventData[K] };
}[T];

/** A recorded event. `seq` counts from 1 without a gap per run. */
export type RunEvent<T extends EventType = EventType> = {
  [K in T]: {
    readonly id: EventId;
    readonly run_id: RunId;
    readonly seq: number;
    readonly ts: Timestamp;
    readonly type: K;
    readonly data: EventData[K];
  };
}[T];

/** The events that end a run; exactly one of them is a run's last event. */
export const TERMINAL_EVENTS = [
  "run.completed",
  "run.failed",
  "run.cancelled",
] as const satisfies EventType[];
export type TerminalEventType = (typeof TERMINAL_EVENTS)[number];

export function isTerminal(event: RunEvent): event is RunEvent<TerminalEventType> {
  return event.type === "run.completed" || event.type === "run.failed" || event.type === "run.cancelled";
}

/** The events that end a tool call; each call gets exactly one. */
export const CALL_ENDINGS = ["tool.completed", "tool.failed", "tool.denied"] as const satisfies EventType[];

/**
 * What may be observed while a step or a tool is at work: facts that inform, but do not move the workflow.
 * Steps report these freely; everything else is for `decide` alone to say.
 */
export const OBSERVATIONS = [
  "conversation.recalled",
  "retrieval.started",
  "model.started",
  "model.completed",
  "model.failed",
  "output.chunk",
  "output.reset",
  "tool.discovered",
  "tool.server.error",
  "decision.made",
  "guardrail.triggered",
  "injection.detected",
  "context.sanitized",
  "cache.hit",
  "cache.miss",
  "rate.limit.exceeded",
  "degraded.mode.entered",
  "error.raised",
] as const satisfies EventType[];
export type Observation = EventDraft<(typeof OBSERVATIONS)[number]>;
