import type { Json, JsonObject } from "../json.ts";
import type { RunEvent } from "../run/events.ts";

/** An event, and what of it must be the same whenever the same thing happens again. */
export interface Comparable {
  readonly event: RunEvent;
  readonly essence: JsonObject;
}

/** Times, durations and jitter; who drove; digests that hold message ids; counters of attempts. */
const INCIDENTAL = new Set([
  "deadline_at",
  "retry_at",
  "expires_at",
  "backoff_seconds",
  "duration_ms",
  "driver",
  "digest",
]);
/** Sums of floating-point numbers differ in their last digits. */
const DOLLARS = /_usd$/;
const DOLLAR_DIGITS = 9;

/**
 * A history without what differs from one run to the next: ids, times, who drove, whether a cache had it, and into
 * which pieces streamed text was cut.
 */
export function comparable(events: readonly RunEvent[]): readonly Comparable[] {
  const names = ownNames(events);
  return joinText(events)
    .filter((event) => !isIncidental(event))
    .map((event) => ({ event, essence: essenceOf(event, names) }));
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

/** Caches come and go. What was taken out of a document is gone from its recorded text, and can't be found there again. */
function isIncidental({ type, data }: RunEvent): boolean {
  switch (type) {
    case "cache.hit":
    case "cache.miss":
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

/** Call ids and deadlines, which are new in every run, by a name that tells their place. */
function ownNames(events: readonly RunEvent[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  let calls = 0;
  for (const { type, data } of events) {
    if (type === "tool.requested") {
      calls += 1;
      names.set(data.call_id, `call ${calls}`);
    }
    if ("deadline_at" in data && data.deadline_at !== undefined) names.set(data.deadline_at, "the deadline");
  }
  return names;
}

function essenceOf({ type, data }: RunEvent, names: ReadonlyMap<string, string>): JsonObject {
  const own = essence(data as unknown as Json, names) as JsonObject;
  switch (type) {
    case "workflow.step.started":
    case "workflow.step.completed":
    case "workflow.retrying":
    case "output.chunk": {
      const { attempt: _, ...rest } = own;
      return rest;
    }
    case "decision.made": {
      // How many tools stood in the catalogue: those that are not available are not recorded.
      const { notes: _, ...rest } = own;
      return data.name === "response_strategy" ? rest : own;
    }
    default:
      return own;
  }
}

function essence(value: Json, names: ReadonlyMap<string, string>): Json {
  if (typeof value === "string") return named(value, names);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item: Json) => essence(item, names));
  const entries = Object.entries(value as JsonObject).filter(
    ([key, item]) => item !== undefined && !INCIDENTAL.has(key),
  );
  return Object.fromEntries(
    entries.map(([key, item]) => [
      key,
      typeof item === "number" && DOLLARS.test(key) ? rounded(item) : essence(item, names),
    ]),
  );
}

function named(text: string, names: ReadonlyMap<string, string>): string {
  let renamed = text;
  for (const [name, place] of names) renamed = renamed.replaceAll(name, place);
  return renamed;
}

function rounded(dollars: number): number {
  return Number(dollars.toFixed(DOLLAR_DIGITS));
}
