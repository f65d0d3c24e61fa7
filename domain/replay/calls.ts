import type { CallId, Timestamp } from "../ids.ts";
import { canonicalJson, type JsonObject } from "../json.ts";
import type { CallEnding } from "../model/chat.ts";
import type { ApprovalDecision, Observation, RunEvent } from "../run/events.ts";
import type { ToolCall } from "../run/state.ts";

/** A call of the record, and what came to it from outside: people's decisions and the tool's result. */
export interface RecordedCall {
  readonly call_id: CallId;
  readonly tool_name: string;
  /** As the model asked for it, and as it was executed: a person may have edited the arguments. */
  readonly requested: JsonObject;
  readonly executed: JsonObject;
  /** In the order of the record. */
  readonly facts: readonly OutsideFact[];
}

export type OutsideFact = RecordedDecision | RecordedQuestion | RecordedResult;

/** A person's word, or that nobody said one in time. */
export interface RecordedDecision {
  readonly kind: "decision";
  readonly seq: number;
  readonly at: Timestamp;
  readonly decision: ApprovalDecision;
  readonly user_id: string;
  readonly arguments?: JsonObject;
  readonly comment?: string;
}

/** Its worker died, and a person was asked whether to execute it again. */
export interface RecordedQuestion {
  readonly kind: "again";
  readonly seq: number;
  readonly reason: string;
}

export interface RecordedResult {
  readonly kind: "result";
  readonly seq: number;
  readonly ending: CallEnding;
  readonly duration_ms: number;
  readonly attempt: number;
  readonly observations: readonly Observation[];
}

/** Endings that a call had from the firewall, without being executed. */
const SCREENED = new Set<string>(["invalid_arguments", "malformed_arguments"]);

/** The calls of a record, in the order they were asked for. */
export function readCalls(events: readonly RunEvent[]): readonly RecordedCall[] {
  return events.flatMap((event) => {
    if (event.type !== "tool.requested") return [];
    const { call_id, tool_name, arguments: requested, policy } = event.data;
    const facts = policy === "deny" ? [] : factsOf(call_id, events);
    const edited = facts.findLast((fact) => fact.kind === "decision" && fact.arguments !== undefined);
    const executed = edited?.kind === "decision" ? (edited.arguments ?? requested) : requested;
    return [{ call_id, tool_name, requested, executed, facts }];
  });
}

/** What people said of an answer that failed verification. */
export function readReviews(events: readonly RunEvent[]): readonly RecordedDecision[] {
  return events.flatMap((event) =>
    event.type === "workflow.approval.recorded" && event.data.call_id === undefined
      ? [decisionIn(event)]
      : [],
  );
}

/** Whether a recorded call was executed as this one is about to be. */
export function isSameExecution(
  recorded: RecordedCall,
  call: Pick<ToolCall, "tool_name" | "arguments">,
): boolean {
  return recorded.tool_name === call.tool_name && isSame(recorded.executed, call.arguments);
}

/** Whether a model asked for a recorded call as one asks now. */
export function isSameRequest(
  recorded: RecordedCall,
  call: Pick<ToolCall, "tool_name" | "arguments">,
): boolean {
  return recorded.tool_name === call.tool_name && isSame(recorded.requested, call.arguments);
}

function isSame(one: JsonObject, other: JsonObject): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

function factsOf(call_id: CallId, events: readonly RunEvent[]): readonly OutsideFact[] {
  const facts: OutsideFact[] = [];
  for (const [index, event] of events.entries()) {
    switch (event.type) {
      case "workflow.waiting_for_approval":
        if (event.data.call_id === call_id && event.data.again) {
          facts.push({ kind: "again", seq: event.seq, reason: event.data.reason });
        }
        break;
      case "workflow.approval.recorded":
        if (event.data.call_id !== call_id) break;
        facts.push(decisionIn(event));
        // Who says no ends the call; that is no result of the tool.
        if (event.data.decision !== "approved") return facts;
        break;
      case "tool.completed":
      case "tool.failed":
      case "tool.denied": {
        if (event.data.call_id !== call_id) break;
        const result = resultAt(index, events);
        return result === null ? facts : [...facts, result];
      }
      default:
    }
  }
  return facts;
}

function decisionIn({ seq, ts, data }: RunEvent<"workflow.approval.recorded">): RecordedDecision {
  const { decision, user_id, arguments: edited, comment } = data;
  return {
    kind: "decision",
    seq,
    at: ts,
    decision,
    user_id,
    ...(edited !== undefined && { arguments: edited }),
    ...(comment !== undefined && { comment }),
  };
}

function resultAt(index: number, events: readonly RunEvent[]): RecordedResult | null {
  const event = events[index];
  const observations = observedBefore(index, events);
  switch (event?.type) {
    case "tool.completed": {
      const { output, duration_ms, attempt } = event.data;
      const ending = { status: "completed", output } as const;
      return { kind: "result", seq: event.seq, ending, duration_ms, attempt, observations };
    }
    case "tool.failed": {
      const { error, duration_ms, attempt } = event.data;
      if (attempt === 0 && SCREENED.has(error.code)) return null;
      const ending = { status: "failed", error } as const;
      return { kind: "result", seq: event.seq, ending, duration_ms, attempt, observations };
    }
    case "tool.denied": {
      const ending = { status: "denied", reason: event.data.reason } as const;
      return { kind: "result", seq: event.seq, ending, duration_ms: 0, attempt: 1, observations };
    }
    default:
      return null;
  }
}

/** What the guardrail found in a result is recorded right before it. */
function observedBefore(index: number, events: readonly RunEvent[]): readonly Observation[] {
  const observed: Observation[] = [];
  for (let at = index - 1; at >= 0; at -= 1) {
    const event = events[at];
    if (event?.type === "cache.hit" || event?.type === "cache.miss") continue;
    const isFinding =
      event?.type === "context.sanitized" ||
      (event?.type === "injection.detected" && event.data.location === "tool") ||
      (event?.type === "guardrail.triggered" && event.data.layer === "tool");
    if (!isFinding) break;
    observed.unshift({ type: event.type, data: event.data } as Observation);
  }
  return observed;
}
