import type { CallId } from "../ids.ts";
import type { RetrievedChunk } from "../knowledge/chunk.ts";
import type { ChatDelta, RequestedCall } from "../model/chat.ts";
import type { EventData, RunEvent, Step } from "../run/events.ts";

/** What a step failed with; `retried` tells whether it was tried again. */
export interface RecordedFailure {
  readonly code: string;
  readonly message: string;
  readonly retried: boolean;
}

type Trimmed = Extract<ChatDelta, { readonly type: "trimmed" }>;

/** One request to a model and all that came of it. */
export interface ModelTurn {
  readonly model: string;
  readonly provider: string;
  /** What the call might have cost, of a run with a budget. */
  readonly worst_case_usd: number;
  /** That was more than the run had left, so nobody was asked. */
  readonly refused: boolean;
  readonly text: string;
  /** What the adapter left out of the request. */
  readonly trimmed: readonly Trimmed[];
  readonly calls: readonly RequestedCall[];
  /** null when the answer broke off: with `failure`, or with the record. */
  readonly end: Extract<ChatDelta, { readonly type: "end" }> | null;
  readonly failure: RecordedFailure | null;
}

/** One search for evidence: what it found, or what it failed with. */
export interface RecordedSearch {
  readonly chunks: readonly RetrievedChunk[];
  readonly degraded: string | null;
  readonly failure: RecordedFailure | null;
}

/** What a run was told by those it asked, in the order it asked. */
export interface RecordedAnswers {
  readonly turns: readonly ModelTurn[];
  readonly searches: readonly RecordedSearch[];
  /** Failures that neither a model nor a search explains, by `failureKey`. */
  readonly failures: ReadonlyMap<string, RecordedFailure>;
}

export function failureKey(step: Step, attempt: number): string {
  return `${step} ${attempt}`;
}

/** Failures that the engine comes to by itself from what it is told. */
const OWN_CODES = new Set(["budget_exceeded", "empty_answer", "iteration_limit", "output_limit"]);

type Building<T> = { -readonly [K in keyof T]: T[K] };

/** Asked for when no tools were offered any more: the record says that something was, and not what. */
const UNKNOWN_CALL: RequestedCall = { tool_name: "(not recorded)", arguments: {} };

/** Reads what was answered behind the first `seeded` events. */
export function readAnswers(events: readonly RunEvent[], seeded: number): RecordedAnswers {
  const turns: Building<ModelTurn>[] = [];
  const searches: Building<RecordedSearch>[] = [];
  const failures = new Map<string, RecordedFailure>();
  const malformed = malformedArguments(events);
  const attempts = new Map<Step, number>();
  /** What is under way: only that can fail. */
  let turn: Building<ModelTurn> | null = null;
  let search: Building<RecordedSearch> | null = null;

  for (const [index, event] of events.entries()) {
    if (event.type === "workflow.step.started") {
      attempts.set(event.data.step, event.data.attempt);
      // What was under way before was lost with its worker.
      turn = null;
      search = null;
    }
    if (index < seeded) continue;
    switch (event.type) {
      case "model.started": {
        const { model, provider, reserved_usd = 0 } = event.data;
        turn = { ...EMPTY_TURN, model, provider, worst_case_usd: reserved_usd };
        turns.push(turn);
        break;
      }
      case "output.chunk":
        if (turn !== null) turn.text += event.data.text;
        break;
      case "degraded.mode.entered":
        if (turn !== null) turn.trimmed = [...turn.trimmed, trimmedBy(event.data)];
        if (search !== null) search.degraded = event.data.reason;
        break;
      case "model.completed": {
        const { iteration: _, model: __, capability: ___, duration_ms: ____, answer, ...usage } = event.data;
        if (turn !== null) {
          turn.text = answer ?? turn.text;
          turn.end = { type: "end", ...usage };
        }
        turn = null;
        break;
      }
      case "model.failed":
        if (turn !== null) turn.failure = { ...event.data.error, retried: isRetried(events, index) };
        turn = null;
        break;
      case "tool.requested": {
        const { call_id, tool_name, arguments: args } = event.data;
        const raw = malformed.get(call_id);
        const last = turns.at(-1);
        const call = raw === undefined ? { tool_name, arguments: args } : { tool_name, malformed: raw };
        if (last !== undefined) last.calls = [...last.calls, call];
        break;
      }
      case "rate.limit.exceeded": {
        const { worst_case_usd } = event.data.metadata;
        const asked = typeof worst_case_usd === "number" ? worst_case_usd : 0;
        if (event.data.scope === "model_budget")
          turns.push({ ...EMPTY_TURN, worst_case_usd: asked, refused: true });
        break;
      }
      case "retrieval.started":
        search = { chunks: [], degraded: null, failure: null };
        searches.push(search);
        break;
      case "retrieval.completed":
        if (search !== null) search.chunks = event.data.chunks;
        search = null;
        break;
      case "error.raised": {
        const failure = failureAt(events, index);
        const step = event.data.node as Step;
        const last = turns.at(-1);
        if (last !== undefined && failure.code === "iteration_limit") last.calls = [UNKNOWN_CALL];
        if (turn !== null) turn.failure = failure;
        else if (search !== null) search.failure = failure;
        else if (!OWN_CODES.has(failure.code) && events[index - 1]?.type !== "model.failed") {
          failures.set(failureKey(step, attempts.get(step) ?? 1), failure);
        }
        turn = null;
        search = null;
        break;
      }
      default:
    }
  }
  return { turns, searches, failures };
}

const EMPTY_TURN: ModelTurn = {
  model: "",
  provider: "",
  worst_case_usd: 0,
  refused: false,
  text: "",
  trimmed: [],
  calls: [],
  end: null,
  failure: null,
};

function trimmedBy({ scope, reason }: EventData["degraded.mode.entered"]): Trimmed {
  return { type: "trimmed", scope: scope === "tools" ? scope : "context_window", notes: reason };
}

/** A model's failure that fails the step is followed by what becomes of the step; another costs an opinion alone. */
function isRetried(events: readonly RunEvent[], index: number): boolean {
  return events[index + 1]?.type !== "error.raised" || failureAt(events, index + 1).retried;
}

/** `error.raised` has the message alone; the event that says what becomes of the step has the code. */
function failureAt(events: readonly RunEvent[], index: number): RecordedFailure {
  const follows = events
    .slice(index)
    .find(({ type }) => type === "workflow.retrying" || type === "workflow.failed");
  if (follows?.type === "workflow.retrying") return { ...follows.data.error, retried: true };
  const error = follows?.type === "workflow.failed" ? follows.data.error : undefined;
  const raised = events[index];
  const message = raised?.type === "error.raised" ? raised.data.message : "";
  return { code: error?.code ?? "internal", message: error?.message ?? message, retried: false };
}

/** The history tells malformed arguments only in the words of the call's failure, behind a colon. */
function malformedArguments(events: readonly RunEvent[]): ReadonlyMap<CallId, string> {
  const raw = new Map<CallId, string>();
  for (const { type, data } of events) {
    if (type !== "tool.failed" || data.error.code !== "malformed_arguments") continue;
    raw.set(data.call_id, data.error.message.slice(data.error.message.indexOf(": ") + 2));
  }
  return raw;
}
