import { type TObject, Type } from "typebox";
import { CAPABILITIES } from "../../../domain/model/chat.ts";
import { type EventData, type EventType, MULTITASK_STRATEGIES, STEPS } from "../../../domain/run/events.ts";
import { AnyJson, AnyObject, Count, literals, Strings, Timestamp } from "./building-blocks.ts";
import { Chunk, FAILED_OUTCOMES, Problem, TOOL_SOURCES, ToolError, ToolOutput } from "./values.ts";

const Text = Type.String();
const Step = literals(STEPS);
const optionalText = Type.Optional(Text);
const Capability = literals(CAPABILITIES);
const Confidence = literals(["low", "medium", "high"]);
const Scope = literals(["read", "write", "destructive", "unknown"]);
const Source = literals([...TOOL_SOURCES, "unknown"]);
const status = <const Status extends string>(value: Status) => literals([value]);

const CacheAccess = Type.Object({
  cache_name: literals(["retrieval", "tool_result"]),
  key: Text,
  metadata: AnyObject,
});
const Limitation = Type.Object({ scope: Text, reason: Text, metadata: AnyObject });

/** The `data` of every event type, as docs and tests see it; the types are the domain's own (`EventData`). */
export const EVENT_DATA = {
  "run.started": Type.Object({
    message: Text,
    context: optionalText,
    mode: literals(["answer", "research", "summarize"]),
    conversation_id: Text,
    tenant_id: Text,
    user_id: Text,
    continues: Type.Optional(Type.Literal(true)),
    multitask_strategy: Type.Optional(literals(MULTITASK_STRATEGIES)),
    metadata: Type.Optional(
      Type.Unsafe<Readonly<Record<string, string>>>({
        type: "object",
        additionalProperties: { type: "string" },
      }),
    ),
    deadline_at: Timestamp,
    cost_limit_usd: Type.Optional(Type.Number()),
    traceparent: optionalText,
  }),
  "run.forked": Type.Object({
    from_run_id: Text,
    from_seq: Count,
    conversation_id: Text,
    deadline_at: Timestamp,
    user_id: Text,
  }),
  "status.changed": Type.Object({
    value: literals([
      "received",
      "thinking",
      "responding",
      "waiting_for_tool",
      "waiting_for_approval",
      "complete",
    ]),
  }),
  "workflow.started": Type.Object({ current_step: Step, status: status("running") }),
  "workflow.step.started": Type.Object({
    step: Step,
    attempt: Count,
    status: status("running"),
    driver: Type.Optional(Type.Object({ worker_id: Text, epoch: Count })),
    deadline_at: Type.Optional(Timestamp),
  }),
  "workflow.step.completed": Type.Object({
    step: Step,
    attempt: Count,
    status: status("running"),
    available_tools: Type.Optional(Strings),
    plan_type: Type.Optional(literals(["direct_answer", "needs_clarification", "cannot_answer"])),
    verification: Type.Optional(
      Type.Object({ passed: Type.Boolean(), reason: Text, overrulable: Type.Boolean() }),
    ),
    refusal: Type.Optional(
      Type.Object({
        reason: Text,
        layer: literals(["input", "context", "tool", "output", "model"]),
      }),
    ),
  }),
  "workflow.retrying": Type.Object({
    step: Step,
    attempt: Count,
    backoff_seconds: Type.Number(),
    retry_at: Timestamp,
    error: Problem,
    status: status("retrying"),
  }),
  "workflow.waiting_for_event": Type.Object({
    step: Step,
    event_types: Strings,
    reason: Text,
    status: status("waiting_for_event"),
  }),
  "workflow.waiting_for_approval": Type.Object({
    step: Step,
    reason: Text,
    call_id: optionalText,
    tool_name: optionalText,
    arguments: Type.Optional(AnyObject),
    digest: optionalText,
    expires_at: Type.Optional(Timestamp),
    again: Type.Optional(Type.Literal(true)),
    status: status("waiting_for_approval"),
  }),
  "workflow.approval.recorded": Type.Object({
    decision: literals(["approved", "rejected", "expired"]),
    call_id: optionalText,
    arguments: Type.Optional(AnyObject),
    comment: optionalText,
    user_id: Text,
    deadline_at: Timestamp,
    status: literals([
      "running",
      "waiting_for_event",
      "waiting_for_approval",
      "retrying",
      "completed",
      "failed",
      "cancelled",
    ]),
  }),
  "workflow.completed": Type.Object({ status: status("completed") }),
  "workflow.failed": Type.Object({
    step: Type.Optional(Step),
    error: Type.Optional(Problem),
    reason: optionalText,
    status: literals(["failed", "cancelled"]),
  }),
  "decision.made": Type.Object({
    name: literals([
      "plan_type",
      "available_tools",
      "tool_selected",
      "retrieval_chunks",
      "response_strategy",
      "tool_result",
      "grounding",
      "verification",
      "human_approval",
      "outcome",
    ]),
    value: AnyJson,
    notes: optionalText,
  }),
  "conversation.recalled": Type.Object({
    turns: Type.Array(
      Type.Object({
        run_id: Text,
        message: Text,
        answer: Text,
        tools: Type.Optional(
          Type.Array(Type.Object({ tool_name: Text, arguments: AnyObject, result: Text })),
        ),
      }),
    ),
    omitted: Count,
  }),
  "retrieval.started": Type.Object({ query: Text, query_length: Count }),
  "retrieval.completed": Type.Object({
    number_of_chunks: Count,
    chunk_ids: Strings,
    chunks: Type.Array(Chunk),
    duration_ms: Type.Number(),
  }),
  "model.started": Type.Object({
    iteration: Count,
    model: Text,
    provider: Text,
    capability: Type.Optional(Capability),
    reserved_usd: Type.Optional(Type.Number()),
  }),
  "model.completed": Type.Object({
    iteration: Count,
    model: Text,
    capability: Type.Optional(Capability),
    input_tokens: Count,
    output_tokens: Count,
    cached_tokens: Type.Optional(Count),
    reasoning_tokens: Type.Optional(Count),
    cost_usd: Type.Number(),
    finish_reason: literals(["stop", "tool_calls", "length", "refusal", "content_filter"]),
    answer: optionalText,
    duration_ms: Type.Number(),
  }),
  "model.failed": Type.Object({
    iteration: Count,
    model: Text,
    capability: Type.Optional(Capability),
    error: Problem,
    lost_usd: Type.Optional(Type.Number()),
    duration_ms: Type.Number(),
  }),
  "output.chunk": Type.Object({ text: Text, step: Step, attempt: Count }),
  "output.reset": Type.Object({ reason: Text }),
  "tool.discovered": Type.Object({
    tool_name: Text,
    source: Source,
    permission_scope: Scope,
    server_id: optionalText,
  }),
  "tool.requested": Type.Object({
    call_id: Text,
    tool_name: Text,
    arguments: AnyObject,
    source: Source,
    permission_scope: Scope,
    server_id: optionalText,
    iteration: Count,
    policy: literals(["allow", "ask", "deny"]),
  }),
  "tool.progress": Type.Object({
    call_id: Text,
    tool_name: Text,
    progress: Type.Number(),
    total: Type.Optional(Type.Number()),
    message: optionalText,
  }),
  "tool.completed": Type.Object({
    call_id: Text,
    tool_name: Text,
    output: ToolOutput,
    duration_ms: Type.Number(),
    attempt: Count,
  }),
  "tool.failed": Type.Object({
    call_id: Text,
    tool_name: Text,
    error: ToolError,
    duration_ms: Type.Number(),
    attempt: Count,
  }),
  "tool.denied": Type.Object({ call_id: Text, tool_name: Text, permission_scope: Scope, reason: Text }),
  "tool.server.error": Type.Object({ server_id: Text, error: Problem }),
  "guardrail.triggered": Type.Object({
    layer: literals(["input", "context", "tool", "output"]),
    threat_type: Text,
    confidence: Confidence,
    notes: optionalText,
  }),
  "injection.detected": Type.Object({
    location: literals(["input", "retrieval", "tool", "output"]),
    confidence: Confidence,
    pattern: Text,
  }),
  "context.sanitized": Type.Object({
    original_chunk_id: Text,
    sanitization_applied: Text,
    notes: optionalText,
  }),
  "cache.hit": CacheAccess,
  "cache.miss": CacheAccess,
  "rate.limit.exceeded": Limitation,
  "degraded.mode.entered": Limitation,
  "cost.aggregated": Type.Object({
    total_cost_usd: Type.Number(),
    total_model_calls: Count,
    total_input_tokens: Count,
    total_output_tokens: Count,
  }),
  "error.raised": Type.Object({ node: Text, message: Text }),
  "run.completed": Type.Object({ final_text: Text, outcome: status("success") }),
  "run.failed": Type.Object({ final_text: Text, outcome: literals(FAILED_OUTCOMES), reason: Text }),
  "run.cancelled": Type.Object({ reason: Text, user_id: Text }),
  "knowledge.ingestion.started": Type.Object({ source: Text }),
  "knowledge.ingestion.completed": Type.Object({
    documents: Count,
    chunks: Count,
    corpus_version: Text,
    duration_ms: Type.Number(),
  }),
} satisfies Readonly<Record<EventType, TObject>>;

/** Every field of every event type is described; a new one that is not is a type error here. */
type Undescribed = {
  [T in EventType]: Exclude<keyof EventData[T], keyof (typeof EVENT_DATA)[T]["properties"]>;
}[EventType];
true satisfies Undescribed extends never ? true : Undescribed;

export const Event = Type.Unsafe({
  title: "Event",
  description:
    "One thing that happened in a run. Its `seq` counts from 1 without a gap. Clients ignore types and fields they do not know.",
  oneOf: Object.entries(EVENT_DATA).map(([type, data]) =>
    Type.Object(
      {
        id: Type.String({ description: "A UUID." }),
        run_id: Text,
        seq: Type.Integer({ minimum: 1 }),
        ts: Timestamp,
        type: literals([type]),
        data,
      },
      { title: eventTitle(type) },
    ),
  ),
  discriminator: { propertyName: "type" },
});

/** `tool.server.error` → `ToolServerErrorEvent` */
function eventTitle(type: string): string {
  const words = type.split(/[._]/).map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `${words.join("")}Event`;
}
