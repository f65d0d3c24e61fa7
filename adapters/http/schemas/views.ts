import { type Static, Type } from "typebox";
import { STEPS } from "../../../domain/run/events.ts";
import {
  AnyJson,
  AnyObject,
  Count,
  literals,
  NullableString,
  NullableTimestamp,
  nullable,
  Strings,
  Timestamp,
} from "./building-blocks.ts";
import { Event } from "./events.ts";
import { RUN_STATUSES } from "./requests.ts";
import {
  CALL_ENDINGS,
  Chunk,
  FAILED_OUTCOMES,
  Problem,
  TOOL_SOURCES,
  ToolError,
  ToolOutput,
} from "./values.ts";

/** What clients are answered: described in /openapi.json, and compared with real answers in the tests. */

const Text = Type.String();
const Outcome = literals(["success", ...FAILED_OUTCOMES, "cancelled"]);
const Attempts = Type.Unsafe<Readonly<Record<string, number>>>({
  type: "object",
  additionalProperties: { type: "integer" },
});

export const Accepted = Type.Object(
  { ok: Type.Boolean(), run_id: Text, status: literals(RUN_STATUSES) },
  { title: "Accepted" },
);

const summary = {
  id: Type.String({ description: "The same as run_id." }),
  run_id: Text,
  status: literals(RUN_STATUSES),
  outcome: nullable(Outcome),
  message: Text,
  mode: Text,
  tenant_id: Text,
  user_id: Text,
  conversation_id: Text,
  created_at: Timestamp,
  updated_at: Timestamp,
  ended_at: NullableTimestamp,
  last_seq: Count,
  links: Type.Object(
    {
      self: Text,
      events: Text,
      state: Text,
      workflow: Text,
      trace: Text,
      spans: Text,
      cancel: Text,
      approval: Text,
      diagnosis: Text,
    },
    { title: "RunLinks" },
  ),
};

export const RunSummary = Type.Object(summary, { title: "RunSummary" });

export const Run = Type.Object(
  {
    ...summary,
    final_text: Type.Optional(
      nullable(Type.String({ description: "Once the run has ended; null when it was cancelled." })),
    ),
  },
  { title: "Run" },
);

/** Answers to `POST /runs` with `Prefer: wait`. */
export const AwaitedRun = Type.Object({ ok: Type.Boolean(), ...Run.properties }, { title: "AwaitedRun" });

export const RunList = Type.Object(
  { runs: Type.Array(RunSummary), next_cursor: NullableString },
  { title: "RunList" },
);

export const EventList = Type.Object(
  { events: Type.Array(Event), last_seq: Count },
  { title: "EventList", description: "`last_seq` is the seq of the run's latest event." },
);

const Call = { call_id: Text, tool_name: Text };

export const RunState = Type.Object(
  {
    run_id: Text,
    message: Text,
    context: NullableString,
    mode: Text,
    tenant_id: Text,
    user_id: Text,
    conversation_id: Text,
    status: literals(RUN_STATUSES),
    phase: Text,
    plan_type: nullable(literals(["direct_answer", "needs_clarification", "cannot_answer"])),
    output_text: Text,
    outcome: nullable(Outcome),
    outcome_reason: NullableString,
    verification_passed: nullable(Type.Boolean()),
    verification_reason: NullableString,
    decisions: Type.Array(Type.Object({ name: Text, value: AnyJson, notes: Type.Optional(Text) })),
    available_tools: Strings,
    requested_tool: NullableString,
    tool_source: NullableString,
    tool_permission_scope: NullableString,
    tool_denied_reason: NullableString,
    last_tool_status: nullable(literals(["requested", ...CALL_ENDINGS])),
    tool_requests: Type.Array(
      Type.Object({
        ...Call,
        arguments: AnyObject,
        source: Text,
        permission_scope: Text,
        policy: Text,
        approval: Text,
        iteration: Count,
      }),
    ),
    tool_results: Type.Array(
      Type.Object({
        ...Call,
        status: literals(CALL_ENDINGS),
        output: Type.Optional(ToolOutput),
        error: Type.Optional(ToolError),
        reason: Type.Optional(Text),
        duration_ms: nullable(Type.Number()),
        attempt: nullable(Count),
      }),
    ),
    retrieved_chunks: Type.Array(Chunk),
    sanitized_chunk_ids: Strings,
    guardrail_status: NullableString,
    guardrail_reason: NullableString,
    guardrail_layer: NullableString,
    guardrail_threat_type: NullableString,
    degraded: Type.Boolean(),
    degraded_reason: NullableString,
    cost_spent_usd: Type.Number(),
    cost_limit_usd: nullable(Type.Number()),
    created_at: Timestamp,
    updated_at: Timestamp,
    last_seq: Count,
  },
  { title: "RunState" },
);

export const WorkflowState = Type.Object(
  {
    run_id: Text,
    current_step: literals(STEPS),
    status: literals([
      "running",
      "waiting_for_event",
      "waiting_for_approval",
      "retrying",
      "completed",
      "failed",
      "cancelled",
    ]),
    attempts: Attempts,
    waiting_for_human: Type.Boolean(),
    human_decision: nullable(literals(["approved", "rejected", "expired"])),
    pending_events: Strings,
    pending_calls: Strings,
    last_error: NullableString,
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { title: "WorkflowState" },
);

const SpanStatus = literals(["running", "success", "failed", "retried", "waiting"]);

export const Span = Type.Object(
  {
    span_id: Text,
    trace_id: Text,
    parent_span_id: NullableString,
    name: Text,
    kind: literals(["workflow", "intelligence", "model", "tool", "wait"]),
    start_time: Timestamp,
    end_time: NullableTimestamp,
    duration_ms: nullable(Type.Number()),
    status: SpanStatus,
    attributes: AnyObject,
    error: nullable(Problem),
  },
  { title: "Span" },
);

export const Trace = Type.Object(
  {
    trace_id: Text,
    root_span_id: Text,
    start_time: Timestamp,
    end_time: NullableTimestamp,
    status: SpanStatus,
    totals: Type.Object({
      duration_ms: Type.Number(),
      model_calls: Count,
      input_tokens: Count,
      output_tokens: Count,
      cost_usd: Type.Number(),
      tool_calls: Count,
      events: Count,
    }),
  },
  { title: "Trace" },
);

export const TraceAndSpans = Type.Object(
  { trace: Trace, spans: Type.Array(Span) },
  { title: "TraceAndSpans" },
);
export const Spans = Type.Object({ spans: Type.Array(Span) }, { title: "Spans" });

const QueueDepth = Type.Object(
  {
    backlog: Count,
    pending: Count,
    dead: Count,
    oldest_seconds: nullable(Type.Number()),
  },
  { title: "QueueDepth" },
);

export const Diagnosis = Type.Object(
  {
    run_id: Text,
    status: literals(RUN_STATUSES),
    explanation: Type.String({ description: "Why the run is where it is, in one sentence." }),
    waiting_for: literals(["nothing", "workflow_worker", "tool", "tool_worker", "approval", "retry"]),
    since: Timestamp,
    custody: nullable(AnyObject),
    workers: Type.Array(AnyObject),
    queues: Type.Object({ runs: QueueDepth, tools: QueueDepth }),
    next_timer_at: NullableTimestamp,
  },
  { title: "Diagnosis" },
);

export const Tool = Type.Object(
  {
    name: Text,
    source: literals(TOOL_SOURCES),
    server_id: Text,
    permission_scope: literals(["read", "write", "destructive"]),
    description: Text,
    input_schema: AnyObject,
    output_schema: Type.Optional(AnyObject),
    annotations: AnyObject,
    available: Type.Boolean(),
    unavailable_reason: NullableString,
    policy: Type.Optional(literals(["allow", "ask", "deny"])),
    on_unknown_outcome: Type.Optional(literals(["tell_model", "ask"])),
  },
  { title: "Tool" },
);

export const ToolList = Type.Object({ tools: Type.Array(Tool) }, { title: "ToolList" });

export const Recorded = Type.Object({ status: literals(["recorded"]) }, { title: "Recorded" });
export const Cancelled = Type.Object({ status: literals(["cancelled"]) }, { title: "Cancelled" });
export const Health = Type.Object({ status: literals(["ok"]) }, { title: "Health" });

export const Readiness = Type.Object(
  {
    status: literals(["ready", "unavailable"]),
    dependencies: Type.Array(
      Type.Object({
        name: Text,
        status: literals(["ok", "failed"]),
        duration_ms: Type.Number(),
        reason: Type.Optional(Text),
      }),
    ),
  },
  { title: "Readiness" },
);

export const ProblemDetails = Type.Object(
  {
    type: Type.String({ description: "`urn:baton:problem:<code>`" }),
    title: Text,
    status: Type.Integer(),
    detail: Text,
    instance: Text,
    request_id: Text,
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          in: literals(["body", "query", "header"]),
          pointer: Type.String({ description: "JSON Pointer (RFC 6901) to the invalid field." }),
          detail: Text,
        }),
      ),
    ),
    ok: Type.Optional(Type.Boolean()),
    reason: Type.Optional(Text),
  },
  { title: "ProblemDetails", description: "RFC 9457." },
);

export type ProblemDetails = Static<typeof ProblemDetails>;
