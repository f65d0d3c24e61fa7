import type { CallId, Timestamp } from "../ids.ts";
import type { EventData, RunEvent } from "./events.ts";
import type { PendingApproval, RunState, Situation, ToolCall } from "./state.ts";

/**
 * The only way a run's state changes: one event, one step further. Never judges; an event that was
 * recorded happened. The first event of a run is `run.started`.
 */
export function evolve(state: RunState | null, event: RunEvent): RunState {
  return advance(copyFor(event, state), event);
}

/** Folds events onto a state: a snapshot and the events behind it, or null and all events. */
export function fold(state: RunState | null, events: Iterable<RunEvent>): RunState | null {
  let folded: RunState | null = null;
  // Copied once for all events: a copy for each would be most of what a fold costs.
  for (const event of events) folded = advance(folded ?? copyFor(event, state), event);
  return folded ?? state;
}

function copyFor(event: RunEvent, state: RunState | null): RunState {
  return { ...(state ?? begin(event)) };
}

/** Changes the state that it is given, which must be nobody else's. */
function advance(own: RunState, event: RunEvent): RunState {
  return Object.assign(own, change(own, event), { last_seq: event.seq, updated_at: event.ts });
}

function change(state: RunState, event: RunEvent): Partial<RunState> {
  switch (event.type) {
    case "run.started":
    case "workflow.started":
    case "workflow.completed":
    case "retrieval.started":
    case "tool.discovered":
    case "tool.progress":
    case "tool.server.error":
    case "injection.detected":
    case "cache.hit":
    case "cache.miss":
    case "rate.limit.exceeded":
    case "error.raised":
    case "cost.aggregated":
    case "knowledge.ingestion.started":
    case "knowledge.ingestion.completed":
      return {};
    case "run.forked": {
      const { from_run_id, from_seq, conversation_id, deadline_at } = event.data;
      return {
        forked_from: { run_id: from_run_id, seq: from_seq },
        conversation_id,
        deadline_at,
        created_at: event.ts,
        situation: waitingSince(state.situation, event.ts),
      };
    }
    case "status.changed":
      return { phase: event.data.value };
    case "conversation.recalled":
      return { earlier: event.data.turns };

    case "workflow.step.started": {
      const { step, attempt, deadline_at } = event.data;
      return {
        situation: { status: "running", step, progress: "started" },
        ...(deadline_at !== undefined && { deadline_at }),
        last_step: step,
        attempts: { ...state.attempts, [step]: attempt },
      };
    }
    case "workflow.step.completed":
      return stepCompleted(state, event.data);
    case "workflow.retrying": {
      const { step, retry_at, error } = event.data;
      return {
        situation: { status: "retrying", step, retry_at },
        failures: state.failures + 1,
        last_error: error,
      };
    }
    case "workflow.waiting_for_event":
      return { situation: { status: "waiting_for_tool", step: "respond" } };
    case "workflow.waiting_for_approval":
      return waitingForApproval(state, event);
    case "workflow.approval.recorded":
      return approvalRecorded(state, event.data);
    case "workflow.failed":
      return event.data.error === undefined ? {} : { last_error: event.data.error };

    case "decision.made":
      return { decisions: [...state.decisions, event.data] };
    case "retrieval.completed":
      return { retrieved_chunks: event.data.chunks };
    case "context.sanitized": {
      const sanitized = [...state.sanitized_chunk_ids, event.data.original_chunk_id];
      return { sanitized_chunk_ids: [...new Set(sanitized)] };
    }
    case "guardrail.triggered": {
      const { layer, threat_type, notes } = event.data;
      return { guardrail: { layer, threat_type, notes: notes ?? null } };
    }
    case "degraded.mode.entered":
      return { degraded_reason: event.data.reason };

    case "model.started":
      return {
        situation: atWork(state.situation),
        reserved_usd: event.data.reserved_usd ?? 0,
        // A call that was never settled, since its driver died: nobody says what it took.
        lost_usd: state.lost_usd + state.reserved_usd,
      };
    case "model.failed":
      return { reserved_usd: 0, lost_usd: state.lost_usd + (event.data.lost_usd ?? 0) };
    case "model.completed": {
      const { input_tokens, output_tokens, cost_usd } = event.data;
      return {
        reserved_usd: 0,
        cost: {
          total_cost_usd: state.cost.total_cost_usd + cost_usd,
          total_model_calls: state.cost.total_model_calls + 1,
          total_input_tokens: state.cost.total_input_tokens + input_tokens,
          total_output_tokens: state.cost.total_output_tokens + output_tokens,
        },
      };
    }
    case "output.chunk":
      return {
        situation: atWork(state.situation),
        output_text: state.output_text + event.data.text,
      };
    case "output.reset":
      return { output_text: "", reserved_usd: 0, lost_usd: state.lost_usd + state.reserved_usd };

    case "tool.requested": {
      const { call_id, tool_name, source, permission_scope, server_id, policy, iteration } = event.data;
      const call: ToolCall = {
        call_id,
        tool_name,
        arguments: event.data.arguments,
        source,
        permission_scope,
        ...(server_id !== undefined && { server_id }),
        policy,
        iteration,
        approval: policy === "ask" ? "pending" : "not_needed",
        ending: null,
      };
      return { calls: [...state.calls, call], iterations: iteration, failures: 0 };
    }
    case "tool.completed": {
      const { call_id, output, duration_ms, attempt } = event.data;
      return callEnded(state, call_id, { ending: { status: "completed", output }, duration_ms, attempt });
    }
    case "tool.failed": {
      const { call_id, error, duration_ms, attempt } = event.data;
      return callEnded(state, call_id, { ending: { status: "failed", error }, duration_ms, attempt });
    }
    case "tool.denied":
      return callEnded(state, event.data.call_id, {
        ending: { status: "denied", reason: event.data.reason },
      });

    case "run.completed":
      return { situation: { status: "completed", ...event.data } };
    case "run.failed":
      return { situation: { status: "failed", ...event.data } };
    case "run.cancelled":
      return { situation: { status: "cancelled", reason: event.data.reason } };
    default:
      // A newer Baton beside this one may record what this one does not know: it changes nothing here.
      event satisfies never;
      return {};
  }
}

function stepCompleted(state: RunState, data: EventData["workflow.step.completed"]): Partial<RunState> {
  return {
    situation: { status: "running", step: data.step, progress: "completed" },
    failures: 0,
    available_tools: data.available_tools ?? state.available_tools,
    plan_type: data.plan_type ?? state.plan_type,
    verification: data.verification ?? state.verification,
    refusal: data.refusal ?? state.refusal,
  };
}

/** The time that a branch gets back for waiting is its own. */
function waitingSince(situation: Situation, since: Timestamp): Situation {
  return situation.status === "waiting_for_approval" ? { ...situation, since } : situation;
}

/** A step that was resumed is at work again as soon as it shows. */
function atWork(situation: Situation): Situation {
  return situation.status === "running" && situation.progress === "resumable"
    ? { ...situation, progress: "started" }
    : situation;
}

function waitingForApproval(
  { situation, calls }: RunState,
  { data, ts }: RunEvent<"workflow.waiting_for_approval">,
): Partial<RunState> {
  const { reason, call_id, digest, expires_at, again } = data;
  const asked: PendingApproval = {
    reason,
    since: ts,
    ...(call_id !== undefined && { call_id }),
    ...(digest !== undefined && { digest }),
    ...(expires_at !== undefined && { expires_at }),
    ...(again && { again }),
  };
  const waits = situation.status === "waiting_for_approval";
  const earlier = waits ? situation.approvals : [];
  const step = call_id === undefined ? "maybe_approve" : "respond";
  return {
    situation: {
      status: "waiting_for_approval",
      step,
      approvals: [...earlier, asked],
      since: waits ? situation.since : ts,
    },
    calls: calls.map((call) => (call.call_id === call_id ? { ...call, approval: "pending" } : call)),
  };
}

function approvalRecorded(state: RunState, data: EventData["workflow.approval.recorded"]): Partial<RunState> {
  const { decision, call_id, comment, deadline_at } = data;
  const decided = { human_decision: decision, deadline_at };
  if (call_id === undefined) {
    return {
      ...decided,
      review: { decision, comment: comment ?? null },
      situation: { status: "running", step: "maybe_approve", progress: "resumable" },
    };
  }
  const approved = (call: ToolCall): ToolCall => ({
    ...call,
    approval: decision,
    arguments: data.arguments ?? call.arguments,
  });
  const calls = state.calls.map((call) => (call.call_id === call_id ? approved(call) : call));
  return { ...decided, calls, situation: settled(state.situation, calls) };
}

function callEnded(
  state: RunState,
  call_id: CallId,
  end: Pick<ToolCall, "ending" | "duration_ms" | "attempt">,
): Partial<RunState> {
  const calls = state.calls.map((call) => (call.call_id === call_id ? { ...call, ...end } : call));
  return { calls, situation: settled(state.situation, calls) };
}

/** What a waiting run waits for now: people first, then tools, then nothing. A run that does not wait stays. */
function settled(situation: Situation, calls: readonly ToolCall[]): Situation {
  if (situation.status !== "waiting_for_tool" && situation.status !== "waiting_for_approval")
    return situation;
  const undecided = new Set(calls.filter(isUndecided).map((call) => call.call_id));
  if (situation.status === "waiting_for_approval" && undecided.size > 0) {
    const approvals = situation.approvals.filter(
      ({ call_id }) => call_id !== undefined && undecided.has(call_id),
    );
    return { ...situation, approvals };
  }
  return calls.some((call) => call.ending === null)
    ? { status: "waiting_for_tool", step: "respond" }
    : { status: "running", step: "respond", progress: "resumable" };
}

function isUndecided(call: ToolCall): boolean {
  return call.approval === "pending" && call.ending === null;
}

function begin(event: RunEvent): RunState {
  if (event.type !== "run.started") {
    throw new TypeError(
      `a run begins with run.started, not with ${event.type} (run ${event.run_id}, seq ${event.seq})`,
    );
  }
  const { message, context, mode, tenant_id, user_id, conversation_id, metadata } = event.data;
  return {
    situation: { status: "queued" },
    run_id: event.run_id,
    message,
    context: context ?? null,
    mode,
    tenant_id,
    user_id,
    conversation_id,
    continues: event.data.continues ?? false,
    multitask_strategy: event.data.multitask_strategy ?? "enqueue",
    forked_from: null,
    metadata: metadata ?? {},
    traceparent: event.data.traceparent ?? null,
    created_at: event.ts,
    updated_at: event.ts,
    deadline_at: event.data.deadline_at,
    last_seq: event.seq,
    phase: "received",
    last_step: null,
    attempts: {},
    failures: 0,
    last_error: null,
    earlier: [],
    plan_type: null,
    decisions: [],
    available_tools: [],
    retrieved_chunks: [],
    sanitized_chunk_ids: [],
    iterations: 0,
    calls: [],
    output_text: "",
    verification: null,
    review: null,
    human_decision: null,
    refusal: null,
    guardrail: null,
    degraded_reason: null,
    cost: { total_cost_usd: 0, total_model_calls: 0, total_input_tokens: 0, total_output_tokens: 0 },
    cost_limit_usd: event.data.cost_limit_usd ?? null,
    reserved_usd: 0,
    lost_usd: 0,
  };
}
