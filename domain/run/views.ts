import type { CallId, RunId, Timestamp } from "../ids.ts";
import type { JsonObject } from "../json.ts";
import type { RetrievedChunk } from "../knowledge/chunk.ts";
import type { CallEnding, RunMode } from "../model/chat.ts";
import {
  type ApprovalDecision,
  CALL_ENDINGS,
  type EventType,
  type PlanType,
  type Step,
  type WorkflowStatus,
} from "./events.ts";
import { next } from "./next.ts";
import { type Decision, hasEnded, openCalls, type RunState, type RunStatus, type ToolCall } from "./state.ts";
import { type Outcome, outcomeOf } from "./summary.ts";

/** `GET /runs/{id}/state`: the run's facts under the names that clients know. */
export interface RunStateView {
  readonly run_id: RunId;
  readonly message: string;
  readonly context: string | null;
  readonly mode: RunMode;
  readonly tenant_id: string;
  readonly user_id: string;
  readonly conversation_id: string;
  readonly forked_from: RunState["forked_from"];
  readonly status: RunStatus;
  readonly phase: string;
  readonly plan_type: PlanType | null;
  readonly output_text: string;
  readonly outcome: Outcome | null;
  readonly outcome_reason: string | null;
  readonly verification_passed: boolean | null;
  readonly verification_reason: string | null;
  readonly decisions: readonly Decision[];
  readonly available_tools: readonly string[];
  readonly requested_tool: string | null;
  readonly tool_source: string | null;
  readonly tool_permission_scope: string | null;
  readonly tool_denied_reason: string | null;
  readonly last_tool_status: "requested" | CallEnding["status"] | null;
  readonly tool_requests: readonly ToolRequestView[];
  readonly tool_results: readonly ToolResultView[];
  readonly retrieved_chunks: readonly RetrievedChunk[];
  readonly sanitized_chunk_ids: readonly string[];
  readonly guardrail_status: "triggered" | null;
  readonly guardrail_reason: string | null;
  readonly guardrail_layer: string | null;
  readonly guardrail_threat_type: string | null;
  readonly degraded: boolean;
  readonly degraded_reason: string | null;
  readonly cost_spent_usd: number;
  readonly cost_limit_usd: number | null;
  readonly created_at: Timestamp;
  readonly updated_at: Timestamp;
  readonly last_seq: number;
}

interface ToolRequestView {
  readonly call_id: CallId;
  readonly tool_name: string;
  readonly arguments: JsonObject;
  readonly source: string;
  readonly permission_scope: string;
  readonly server_id?: string;
  readonly policy: string;
  readonly approval: string;
  readonly iteration: number;
}

type ToolResultView = CallEnding & {
  readonly call_id: CallId;
  readonly tool_name: string;
  readonly duration_ms: number | null;
  readonly attempt: number | null;
};

export function toRunStateView(state: RunState): RunStateView {
  const last = state.calls.at(-1);
  const ended = state.calls.filter((call) => call.ending !== null);
  return {
    run_id: state.run_id,
    message: state.message,
    context: state.context,
    mode: state.mode,
    tenant_id: state.tenant_id,
    user_id: state.user_id,
    conversation_id: state.conversation_id,
    forked_from: state.forked_from,
    status: state.situation.status,
    phase: state.phase,
    plan_type: state.plan_type,
    output_text: state.output_text,
    outcome: outcomeOf(state),
    outcome_reason: outcomeReason(state),
    verification_passed: state.verification?.passed ?? null,
    verification_reason: state.verification?.reason ?? null,
    decisions: state.decisions,
    available_tools: state.available_tools,
    requested_tool: last?.tool_name ?? null,
    tool_source: last?.source ?? null,
    tool_permission_scope: last?.permission_scope ?? null,
    tool_denied_reason: last?.ending?.status === "denied" ? last.ending.reason : null,
    last_tool_status: last === undefined ? null : (last.ending?.status ?? "requested"),
    tool_requests: state.calls.map(toRequestView),
    tool_results: ended.flatMap(toResultView),
    retrieved_chunks: state.retrieved_chunks,
    sanitized_chunk_ids: state.sanitized_chunk_ids,
    guardrail_status: state.guardrail === null ? null : "triggered",
    guardrail_reason: state.guardrail?.notes ?? null,
    guardrail_layer: state.guardrail?.layer ?? null,
    guardrail_threat_type: state.guardrail?.threat_type ?? null,
    degraded: state.degraded_reason !== null,
    degraded_reason: state.degraded_reason,
    cost_spent_usd: state.cost.total_cost_usd,
    cost_limit_usd: state.cost_limit_usd,
    created_at: state.created_at,
    updated_at: state.updated_at,
    last_seq: state.last_seq,
  };
}

function outcomeReason({ situation }: RunState): string | null {
  return "reason" in situation ? situation.reason : null;
}

function toRequestView({ ending: _, attempt: __, duration_ms: ___, ...request }: ToolCall): ToolRequestView {
  return request;
}

function toResultView({
  call_id,
  tool_name,
  ending,
  duration_ms,
  attempt,
}: ToolCall): readonly ToolResultView[] {
  if (ending === null) return [];
  return [{ call_id, tool_name, ...ending, duration_ms: duration_ms ?? null, attempt: attempt ?? null }];
}

/** `GET /runs/{id}/workflow`: where the run is on its way, and what it waits for. */
export interface WorkflowStateView {
  readonly run_id: RunId;
  readonly current_step: Step;
  readonly status: WorkflowStatus;
  readonly attempts: Readonly<Partial<Record<Step, number>>>;
  readonly waiting_for_human: boolean;
  readonly human_decision: ApprovalDecision | null;
  readonly pending_events: readonly EventType[];
  readonly pending_calls: readonly CallId[];
  readonly last_error: string | null;
  readonly created_at: Timestamp;
  readonly updated_at: Timestamp;
}

export function toWorkflowStateView(state: RunState): WorkflowStateView {
  return {
    run_id: state.run_id,
    current_step: currentStep(state),
    status: workflowStatus(state),
    attempts: state.attempts,
    waiting_for_human: state.situation.status === "waiting_for_approval",
    human_decision: state.human_decision,
    pending_events: pendingEvents(state),
    pending_calls: hasEnded(state) ? [] : openCalls(state).map((call) => call.call_id),
    last_error: state.last_error?.message ?? null,
    created_at: state.created_at,
    updated_at: state.updated_at,
  };
}

function currentStep(state: RunState): Step {
  const { situation } = state;
  if ("step" in situation) {
    const action = next(state);
    return action.type === "execute" ? action.step : situation.step;
  }
  return situation.status === "queued" ? "receive" : (state.last_step ?? "receive");
}

function workflowStatus({ situation }: RunState): WorkflowStatus {
  switch (situation.status) {
    case "queued":
      return "running";
    case "waiting_for_tool":
      return "waiting_for_event";
    default:
      return situation.status;
  }
}

function pendingEvents(state: RunState): readonly EventType[] {
  const { status } = state.situation;
  const people = status === "waiting_for_approval" ? (["workflow.approval.recorded"] as const) : [];
  const waits = status === "waiting_for_tool" || status === "waiting_for_approval";
  // While a person is asked about one call, others may be at work.
  const tools = waits && openCalls(state).some(({ approval }) => approval !== "pending");
  return [...people, ...(tools ? CALL_ENDINGS : [])];
}
