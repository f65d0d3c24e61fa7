import type { Timestamp } from "../ids.ts";
import type { Problem } from "../run/events.ts";

export type SpanKind = "workflow" | "intelligence" | "model" | "tool" | "wait";

/**
 * `retried`: it failed or was cut short, and is done again. `waiting`: open, and nothing happens until
 * something arrives from outside.
 */
export type SpanStatus = "running" | "success" | "failed" | "retried" | "waiting";

export type AttributeValue = string | number | boolean | readonly string[];
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** One piece of a run's work or waiting. Ids are lower-case hex, as W3C Trace Context has them. */
export interface Span {
  /** 16 digits. */
  readonly span_id: string;
  /** 32 digits. */
  readonly trace_id: string;
  /** Of the root span: the caller's span when the run came with a `traceparent`, else null. */
  readonly parent_span_id: string | null;
  readonly name: string;
  readonly kind: SpanKind;
  readonly start_time: Timestamp;
  /** null while the span is open. */
  readonly end_time: Timestamp | null;
  readonly duration_ms: number | null;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly error: Problem | null;
}

/** The run as a whole. */
export interface Trace {
  readonly trace_id: string;
  readonly root_span_id: string;
  readonly start_time: Timestamp;
  readonly end_time: Timestamp | null;
  readonly status: SpanStatus;
  readonly totals: TraceTotals;
}

export interface TraceTotals {
  /** Up to the latest event. */
  readonly duration_ms: number;
  /** Calls that came to their end, as in `cost.aggregated`. */
  readonly model_calls: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_usd: number;
  readonly tool_calls: number;
  readonly events: number;
}
