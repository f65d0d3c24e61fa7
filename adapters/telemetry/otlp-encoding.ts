import type { Timestamp } from "../../domain/ids.ts";
import type { Attributes, AttributeValue, Span, SpanKind } from "../../domain/trace/span.ts";

/** Who reports, as resource and as instrumentation scope. */
export interface Service {
  readonly name: string;
  readonly version: string;
}

/** Numbers of opentelemetry/proto/trace/v1/trace.proto; OTLP's JSON has no names for them. */
const INTERNAL = 1;
const CLIENT = 3;
const STATUS_ERROR = 2;

/** Models and tools are other parties that are called; everything else happens within Baton. */
const KINDS: Readonly<Record<SpanKind, number>> = {
  workflow: INTERNAL,
  intelligence: INTERNAL,
  wait: INTERNAL,
  model: CLIENT,
  tool: CLIENT,
};

/** Backends keep one type per attribute, so what may have a fraction is a double even when it has none. */
const FRACTIONAL = /_(usd|ms)$/;

/**
 * Spans as the body of an OTLP/HTTP request in JSON (OTLP 1.x, § JSON Protobuf Encoding): ids in hex, 64-bit
 * integers as strings. OTLP knows ended spans only; others are left out.
 */
export function encodeSpans(spans: readonly Span[], { name, version }: Service): object {
  const resource = { attributes: encodeAttributes({ "service.name": name, "service.version": version }) };
  const scopeSpans = [{ scope: { name, version }, spans: spans.flatMap(encodeSpan) }];
  return { resourceSpans: [{ resource, scopeSpans }] };
}

function encodeSpan(span: Span): readonly object[] {
  if (span.end_time === null) return [];
  return [
    {
      traceId: span.trace_id,
      spanId: span.span_id,
      ...(span.parent_span_id !== null && { parentSpanId: span.parent_span_id }),
      name: span.name,
      kind: KINDS[span.kind],
      startTimeUnixNano: nanoseconds(span.start_time),
      endTimeUnixNano: nanoseconds(span.end_time),
      attributes: encodeAttributes(span.attributes),
      status: encodeStatus(span),
    },
  ];
}

/** What went well has no status: by convention "ok" is for people to say, who overrule an error with it. */
function encodeStatus({ status, error }: Span): object {
  if (status !== "failed" && status !== "retried") return {};
  return { code: STATUS_ERROR, ...(error && { message: error.message }) };
}

/** As a string: these exceed what a double can hold exactly. */
function nanoseconds(time: Timestamp): string {
  return `${Date.parse(time)}000000`;
}

function encodeAttributes(attributes: Attributes): readonly object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: encodeValue(key, value) }));
}

function encodeValue(key: string, value: AttributeValue): object {
  switch (typeof value) {
    case "string":
      return { stringValue: value };
    case "boolean":
      return { boolValue: value };
    case "number":
      return Number.isSafeInteger(value) && !FRACTIONAL.test(key)
        ? { intValue: String(value) }
        : { doubleValue: value };
    default:
      return { arrayValue: { values: value.map((item) => ({ stringValue: item })) } };
  }
}
