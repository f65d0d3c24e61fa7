import type { Json, JsonObject } from "../json.ts";
import type { RunEvent } from "../run/events.ts";

/** An event, and what of it must be the same whenever the same thing happens again. */
export interface Comparable {
  readonly event: RunEvent;
  readonly essence: JsonObject;
}

/** Times, durations and jitter; who drove; digests that hold message ids. */
const INCIDENTAL = new Set([
  "deadline_at",
  "retry_at",
  "expires_at",
  "backoff_seconds",
  "duration_ms",
  "driver",
  "digest",
]);
/** Fields that may name a call. */
const CALLS = new Set(["call_id", "original_chunk_id", "notes"]);
/** Sums of floating-point numbers differ in their last digits. */
const DOLLARS = /_usd$/;
const DOLLAR_DIGITS = 9;

/** What an answer took: a model that is asked anew never takes the same. */
const USAGE = new Set([
  "input_tokens",
  "output_tokens",
  "cached_tokens",
  "reasoning_tokens",
  "cost_usd",
  "reserved_usd",
  "total_cost_usd",
  "total_input_tokens",
  "total_output_tokens",
]);

/**
 * A history without what differs from one run to the next: ids, times, who drove, whether a cache had it, and into
 * which pieces streamed text was cut, and of what models took unless `usage` counts.
 */
export function comparable(
  events: readonly RunEvent[],
  { usage }: { readonly usage: boolean },
): readonly Comparable[] {
  const leaving = { calls: callNames(events), skipped: usage ? INCIDENTAL : INCIDENTAL.union(USAGE) };
  return joinText(events)
    .filter((event) => !isIncidental(event))
    .map((event) => ({ event, essence: essenceOf(event, leaving) }));
}

interface Leaving {
  /** Call ids, which are new in every run, and a name that tells the call's place. */
  readonly calls: ReadonlyMap<string, string>;
  readonly skipped: ReadonlySet<string>;
}

/** Consecutive pieces of text as one event, numbered as the first. */
export function joinText(events: readonly RunEvent[]): readonly RunEvent[] {
  const joined: RunEvent[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    if (event.type !== "output.chunk" || last?.type !== "output.chunk") joined.push(event);
    else
      joined[joined.length - 1] = { ...last, data: { ...last.data, text: last.data.text + event.data.text } };
  }
  return joined;
}

/** Caches come and go, and how far a call was is no part of its result. What was taken out of a document is gone from its recorded text, and can't be found there again. */
function isIncidental({ type, data }: RunEvent): boolean {
  switch (type) {
    case "cache.hit":
    case "cache.miss":
    case "tool.progress":
      return true;
    case "injection.detected":
      return data.location === "retrieval";
    case "guardrail.triggered":
      return data.layer === "context";
    case "context.sanitized":
      return data.original_chunk_id.includes("#");
    default:
      return false;
  }
}

function callNames(events: readonly RunEvent[]): ReadonlyMap<string, string> {
  const requested = events.flatMap(({ type, data }) => (type === "tool.requested" ? [data.call_id] : []));
  return new Map(requested.map((call_id, index) => [call_id, `call ${index + 1}`]));
}

/** As stored: JSON knows no undefined. Only an event's own fields are looked at: what a tool or a model said is served as it was, whatever is in it. */
function essenceOf({ type, data }: RunEvent, { calls, skipped }: Leaving): JsonObject {
  const entries = Object.entries(JSON.parse(JSON.stringify(data)) as JsonObject)
    .filter(([key]) => !skipped.has(key))
    .map(([key, value]): readonly [string, Json] => {
      if (typeof value === "number" && DOLLARS.test(key)) return [key, rounded(value)];
      return [key, typeof value === "string" && CALLS.has(key) ? (calls.get(value) ?? value) : value];
    });
  const { notes, ...own }: JsonObject = Object.fromEntries(entries);
  // How many tools stood in the catalogue: those that are not available are not recorded.
  const incidental = type === "decision.made" && data.name === "response_strategy";
  return incidental || notes === undefined ? own : { ...own, notes };
}

function rounded(dollars: number): number {
  return Number(dollars.toFixed(DOLLAR_DIGITS));
}
