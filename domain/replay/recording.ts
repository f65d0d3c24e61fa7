import type { RunId } from "../ids.ts";
import { canonicalJson, type JsonObject } from "../json.ts";
import type { JudgedCapability } from "../model/judgements/question.ts";
import type { EventData, RunEvent } from "../run/events.ts";
import type { UncitedAnswers } from "../run/verification.ts";
import { millisecondsBetween } from "../time.ts";
import type { ServerFault } from "../tools/tool.ts";
import { type RecordedCall, type RecordedDecision, readCalls, readReviews } from "./calls.ts";
import { type RepeatableHistory, repeatable } from "./history.ts";
import { type RecordedFirewall, type RecordedTool, readTools } from "./tools.ts";
import { type RecordedAnswers, readAnswers } from "./turns.ts";

/** A run's history, read as what its surroundings answered it: all that it takes to run it again without them. */
export interface Recording extends RepeatableHistory, RecordedAnswers {
  readonly run_id: RunId;
  readonly started: RunEvent<"run.started">;
  readonly calls: readonly RecordedCall[];
  readonly reviews: readonly RecordedDecision[];
  readonly tools: readonly RecordedTool[];
  readonly faults: readonly ServerFault[];
  readonly firewall: RecordedFirewall;
  /** What was found wrong with the arguments of calls, null for nothing, by `argumentsKey`. */
  readonly validity: ReadonlyMap<string, string | null>;
  /** What models were asked to judge. */
  readonly judged: readonly JudgedCapability[];
  /** Rounds of the agent loop that asked for tools, and whether it was ended for having had so many. */
  readonly rounds: number;
  readonly hit_iteration_limit: boolean;
  /** How long a person had to answer; null when questions did not expire. */
  readonly approval_timeout_seconds: number | null;
  /** What became of an answer that cites none of the evidence. */
  readonly uncited_answers: UncitedAnswers;
  /** What was recalled of the conversation, if it was a follow-up: the earlier runs are not on this record. */
  readonly recalled: EventData["conversation.recalled"] | null;
}

export function argumentsKey(given: JsonObject): string {
  return canonicalJson(given);
}

/** Throws a RangeError when the events are not a run's from its first on. */
export function readRecording(recorded: readonly RunEvent[]): Recording {
  const history = repeatable(recorded);
  const { events, seed } = history;
  const [started] = events;
  if (started?.type !== "run.started") throw new RangeError("a record begins with run.started");
  const requested = all(events, "tool.requested");
  return {
    ...history,
    ...readAnswers(events, seed.length),
    ...readTools(events),
    run_id: started.run_id,
    started,
    calls: readCalls(events),
    reviews: readReviews(events),
    faults: all(events, "tool.server.error").map(({ server_id, error }) => ({
      server_id,
      reason: error.message,
    })),
    validity: validity(events),
    judged: judgedIn(events),
    uncited_answers: all(events, "decision.made").some(
      ({ name, value }) => name === "grounding" && value === "ungrounded",
    )
      ? "ask"
      : "pass",
    rounds: requested.reduce((most, { iteration }) => Math.max(most, iteration), 0),
    hit_iteration_limit: all(events, "workflow.failed").some(
      ({ error }) => error?.code === "iteration_limit",
    ),
    approval_timeout_seconds: approvalTimeout(events),
    recalled: all(events.slice(seed.length), "conversation.recalled").at(-1) ?? null,
  };
}

function judgedIn(events: readonly RunEvent[]): readonly JudgedCapability[] {
  const asked = all(events, "model.started").map(({ capability = "generation" }) => capability);
  return [...new Set(asked.filter((capability) => capability !== "generation"))];
}

function all<T extends RunEvent["type"]>(events: readonly RunEvent[], type: T): readonly EventData[T][] {
  return events.filter((event) => event.type === type).map(({ data }) => data as EventData[T]);
}

function validity(events: readonly RunEvent[]): ReadonlyMap<string, string | null> {
  const failed = all(events, "tool.failed").filter(({ error }) => error.code === "invalid_arguments");
  const reasons = new Map(failed.map(({ call_id, error }) => [call_id, error.message]));
  const judged = all(events, "tool.requested").filter(({ policy }) => policy !== "deny");
  return new Map(
    judged.map(({ call_id, arguments: given }) => [argumentsKey(given), reasons.get(call_id) ?? null]),
  );
}

function approvalTimeout(events: readonly RunEvent[]): number | null {
  for (const { type, ts, data } of events) {
    if (type === "workflow.waiting_for_approval" && data.expires_at !== undefined) {
      return Math.round(millisecondsBetween(ts, data.expires_at) / 1000);
    }
  }
  return null;
}
