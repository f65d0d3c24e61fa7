import { Type } from "typebox";
import {
  AnyObject,
  Count,
  literals,
  NullableString,
  NullableTimestamp,
  nullable,
  Timestamp,
} from "./building-blocks.ts";
import { Problem } from "./values.ts";

const Text = Type.String();
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
