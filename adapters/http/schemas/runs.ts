import { Type } from "typebox";
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
import { Queues, Worker } from "./operations.ts";
import { RUN_STATUSES } from "./requests.ts";
import { CALL_ENDINGS, Chunk, FAILED_OUTCOMES, ToolError, ToolOutput } from "./values.ts";

/** What clients are told of runs. All answers are described in /openapi.json, and tests hold real ones to it. */

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
      fork: Text,
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
    forked_from: nullable(Type.Object({ run_id: Text, seq: Count })),
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
        server_id: Type.Optional(Text),
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

export const Diagnosis = Type.Object(
  {
    run_id: Text,
    status: literals(RUN_STATUSES),
    explanation: Type.String({ description: "Why the run is where it is, in one sentence." }),
    waiting_for: literals([
      "nothing",
      "conversation",
      "workflow_worker",
      "tool",
      "tool_worker",
      "approval",
      "retry",
    ]),
    since: Timestamp,
    custody: nullable(AnyObject),
    workers: Type.Array(Worker),
    queues: Queues,
    next_timer_at: NullableTimestamp,
  },
  { title: "Diagnosis" },
);
