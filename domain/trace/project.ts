import type { CallId } from "../ids.ts";
import type { Problem, RunEvent, Step } from "../run/events.ts";
import { millisecondsBetween } from "../time.ts";
import {
  approvalAttributes,
  executionAttributes,
  foundAttributes,
  modelAttributes,
  outcomeAttributes,
  retrievalAttributes,
  runAttributes,
  stepAttributes,
  toolAttributes,
  usageAttributes,
  waitAttributes,
} from "./attributes.ts";
import { parseTraceparent, traceIdOf } from "./identifiers.ts";
import type { Span, SpanKind, Trace, TraceTotals } from "./span.ts";
import { type SpanKey, SpanRecorder } from "./span-recorder.ts";

const STEP_KINDS = {
  receive: "workflow",
  plan: "intelligence",
  retrieve: "intelligence",
  respond: "intelligence",
  verify: "intelligence",
  maybe_approve: "workflow",
  finalize: "workflow",
} as const satisfies Record<Step, SpanKind>;

const CUT_SHORT: Problem = { code: "interrupted", message: "the attempt was cut short and is done again" };

/**
 * A run's events, from its first, as a trace: the same events give the same trace, and more events add
 * to it. A run that has not ended has open spans. Throws a RangeError when there are no events.
 */
export function projectTrace(events: readonly RunEvent[]): {
  readonly trace: Trace;
  readonly spans: readonly Span[];
} {
  const [first] = events;
  if (first === undefined) throw new RangeError("a trace is made of at least one event");
  const started = first.type === "run.started" ? first.data : null;
  const caller = parseTraceparent(started?.traceparent ?? "");
  const trace_id = caller?.trace_id ?? traceIdOf(first.run_id);

  const recorder = new SpanRecorder(first, { trace_id, parent_span_id: caller?.parent_span_id ?? null });
  recorder.open("run", {
    under: null,
    name: "invoke_workflow baton",
    kind: "workflow",
    attributes: runAttributes(first.run_id, started),
  });
  const projection = new Projection(recorder);
  for (const event of events) projection.take(event);

  const spans = recorder.spans();
  const [root] = spans;
  if (root === undefined) throw new RangeError("a trace has a root span");
  const { span_id: root_span_id, start_time, end_time, status } = root;
  const totals = totalsOf(events, millisecondsBetween(start_time, end_time ?? recorder.now));
  return { trace: { trace_id, root_span_id, start_time, end_time, status, totals }, spans };
}

function totalsOf(events: readonly RunEvent[], duration_ms: number): TraceTotals {
  const usage = events.flatMap((event) => (event.type === "model.completed" ? [event.data] : []));
  const sum = (of: "input_tokens" | "output_tokens" | "cost_usd") =>
    usage.reduce((total, call) => total + call[of], 0);
  return {
    duration_ms,
    model_calls: usage.length,
    input_tokens: sum("input_tokens"),
    output_tokens: sum("output_tokens"),
    cost_usd: sum("cost_usd"),
    tool_calls: events.filter(({ type }) => type === "tool.requested").length,
    events: events.length,
  };
}

/** What each event opens and closes. */
class Projection {
  readonly #spans: SpanRecorder;
  readonly #open_calls = new Set<CallId>();
  /** What the workflow failed with, told just before the run's end. */
  #problem: Problem | null = null;

  constructor(spans: SpanRecorder) {
    this.#spans = spans;
  }

  take(event: RunEvent): void {
    const spans = this.#spans;
    spans.advance(event);
    switch (event.type) {
      case "workflow.step.started": {
        const { step } = event.data;
        spans.close("retry", { status: "success" });
        // A step that starts while it is open was left by a worker that is gone.
        spans.close("step", { status: "retried", error: CUT_SHORT });
        const attributes = stepAttributes(event.data);
        spans.open("step", { under: "run", name: step, kind: STEP_KINDS[step], attributes });
        break;
      }
      case "workflow.step.completed":
        spans.close("step", { status: "success" });
        break;
      case "workflow.retrying": {
        const { step, error } = event.data;
        spans.close("step", { status: "retried", error });
        const attributes = waitAttributes(`${step} is tried again`);
        spans.open("retry", { under: "run", name: "wait for retry", kind: "wait", attributes });
        break;
      }
      case "workflow.waiting_for_event": {
        const attributes = waitAttributes(event.data.reason);
        spans.open("tools", { under: "step", name: "wait for tools", kind: "wait", attributes });
        break;
      }
      case "workflow.waiting_for_approval": {
        const { call_id, reason } = event.data;
        const under = call_id === undefined ? "step" : (`tool ${call_id}` as const);
        const attributes = waitAttributes(reason);
        spans.open(approvalOf(call_id), { under, name: "wait for approval", kind: "wait", attributes });
        break;
      }
      case "workflow.approval.recorded":
        spans.close(approvalOf(event.data.call_id), {
          status: "success",
          attributes: approvalAttributes(event.data),
        });
        break;

      case "retrieval.started":
        spans.open("retrieval", {
          under: "step",
          name: "retrieval",
          kind: "intelligence",
          attributes: retrievalAttributes(),
        });
        break;
      case "retrieval.completed":
        spans.close("retrieval", { status: "success", attributes: foundAttributes(event.data) });
        break;
      case "model.started": {
        const attributes = modelAttributes(event.data);
        spans.open("model", { under: "step", name: `chat ${event.data.model}`, kind: "model", attributes });
        break;
      }
      case "model.completed":
        spans.close("model", { status: "success", attributes: usageAttributes(event.data) });
        break;
      case "model.failed":
        spans.close("model", { status: "failed", error: event.data.error });
        break;

      case "tool.requested": {
        const { call_id, tool_name } = event.data;
        const attributes = toolAttributes(event.data);
        spans.open(`tool ${call_id}`, {
          under: "step",
          name: `execute_tool ${tool_name}`,
          kind: "tool",
          attributes,
        });
        this.#open_calls.add(call_id);
        break;
      }
      case "tool.completed": {
        const { call_id } = event.data;
        spans.close(`tool ${call_id}`, { status: "success", attributes: executionAttributes(event.data) });
        this.#callEnded(call_id);
        break;
      }
      case "tool.failed": {
        const { call_id, error } = event.data;
        const attributes = executionAttributes(event.data);
        spans.close(`tool ${call_id}`, { status: "failed", attributes, error });
        this.#callEnded(call_id);
        break;
      }
      case "tool.denied": {
        const { call_id, reason } = event.data;
        spans.close(`tool ${call_id}`, { status: "failed", error: { code: "denied", message: reason } });
        this.#callEnded(call_id);
        break;
      }

      case "workflow.failed":
        this.#problem = event.data.error ?? null;
        break;
      case "run.completed":
        spans.close("run", { status: "success", attributes: outcomeAttributes(event.data.outcome) });
        break;
      case "run.failed": {
        const { outcome, reason } = event.data;
        const error = { code: this.#problem?.code ?? outcome, message: reason };
        spans.close("run", { status: "failed", attributes: outcomeAttributes(outcome), error });
        break;
      }
      case "run.cancelled": {
        const error = { code: "cancelled", message: event.data.reason };
        spans.close("run", { status: "failed", attributes: outcomeAttributes("cancelled"), error });
        break;
      }
      default:
      // The rest happens within a span.
    }
  }

  /** The run goes on when all calls of the turn have ended. */
  #callEnded(call_id: CallId): void {
    this.#open_calls.delete(call_id);
    if (this.#open_calls.size === 0) this.#spans.close("tools", { status: "success" });
  }
}

/** A question about a call, or the one about the answer. */
function approvalOf(call_id: CallId | undefined): SpanKey {
  return call_id === undefined ? "approval" : `approval ${call_id}`;
}
