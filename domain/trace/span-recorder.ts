import type { RunId, Timestamp } from "../ids.ts";
import type { Problem, RunEvent } from "../run/events.ts";
import { millisecondsBetween } from "../time.ts";
import { errorAttributes } from "./attributes.ts";
import { spanIdOf } from "./identifiers.ts";
import type { Attributes, Span, SpanKind, SpanStatus } from "./span.ts";

/** What is open at most once at a time, and so needs no other name. */
export type SpanKey =
  | "run"
  | "step"
  | "model"
  | "retrieval"
  | "tools"
  | "retry"
  | "approval"
  | `tool ${string}`
  | `approval ${string}`;

export interface Opening {
  /** The run when it is not open; null for the run itself. */
  readonly under: SpanKey | null;
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
}

export interface Closing {
  readonly status: Exclude<SpanStatus, "running" | "waiting">;
  readonly attributes?: Attributes;
  readonly error?: Problem;
}

/** Turns openings and closings, told in the order of the events, into spans: in the order they were opened. */
export class SpanRecorder {
  readonly #run_id: RunId;
  readonly #trace: { readonly trace_id: string; readonly parent_span_id: string | null };
  readonly #recorded: Recorded[] = [];
  readonly #open = new Map<SpanKey, Recorded>();
  #now: Timestamp;
  #seq: number;

  /** `first` is the run's first event; `parent_span_id` is the caller's span. */
  constructor(first: RunEvent, trace: { readonly trace_id: string; readonly parent_span_id: string | null }) {
    this.#run_id = first.run_id;
    this.#trace = trace;
    this.#now = first.ts;
    this.#seq = first.seq;
  }

  /** What is opened or closed from now on is so by this event. Workers' clocks differ; a trace's never goes back. */
  advance({ ts, seq }: RunEvent): void {
    if (ts > this.#now) this.#now = ts;
    this.#seq = seq;
  }

  get now(): Timestamp {
    return this.#now;
  }

  open(key: SpanKey, { under, name, kind, attributes }: Opening): void {
    this.close(key, { status: "retried" });
    const parent = under === null ? null : (this.#open.get(under) ?? this.#open.get("run") ?? null);
    const recorded: Recorded = {
      parent,
      children: new Set(),
      key,
      span: {
        span_id: spanIdOf(this.#run_id, `${this.#seq}/${key}`),
        trace_id: this.#trace.trace_id,
        parent_span_id: parent?.span.span_id ?? this.#trace.parent_span_id,
        name,
        kind,
        start_time: this.#now,
        end_time: null,
        duration_ms: null,
        status: "running",
        attributes,
        error: null,
      },
    };
    parent?.children.add(recorded);
    this.#open.set(key, recorded);
    this.#recorded.push(recorded);
  }

  /** Closes a span and what is still open within it, all the same way; nothing when it is not open. */
  close(key: SpanKey, { status, attributes = {}, error }: Closing): void {
    const recorded = this.#open.get(key);
    if (recorded === undefined) return;
    for (const child of recorded.children) this.close(child.key, { status, ...(error && { error }) });
    const { span } = recorded;
    recorded.span = {
      ...span,
      end_time: this.#now,
      duration_ms: millisecondsBetween(span.start_time, this.#now),
      status,
      attributes: { ...span.attributes, ...attributes, ...(error && errorAttributes(error)) },
      error: error ?? null,
    };
    recorded.parent?.children.delete(recorded);
    this.#open.delete(key);
  }

  /** All spans so far. An open wait, and what it is a part of, is `waiting`. */
  spans(): readonly Span[] {
    const waiting = new Set<Recorded>();
    for (const recorded of this.#open.values()) {
      if (recorded.span.kind !== "wait") continue;
      for (let part: Recorded | null = recorded; part !== null; part = part.parent) waiting.add(part);
    }
    return this.#recorded.map((recorded) =>
      waiting.has(recorded) ? { ...recorded.span, status: "waiting" } : recorded.span,
    );
  }
}

interface Recorded {
  readonly key: SpanKey;
  readonly parent: Recorded | null;
  /** Those that are open. */
  readonly children: Set<Recorded>;
  span: Span;
}
