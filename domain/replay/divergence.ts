import { canonicalJson, type Json } from "../json.ts";
import type { RunEvent } from "../run/events.ts";
import { type Comparable, comparable } from "./comparable.ts";

/** The first place where a replay is not what the record is. */
export interface Divergence {
  /** Of the recorded event, or behind the last one when the replay goes on longer. */
  readonly seq: number;
  readonly recorded: RunEvent | null;
  readonly replayed: RunEvent | null;
  /** One sentence. */
  readonly explanation: string;
}

/**
 * Compares a replay with its record; null when they tell the same. A record that is `cut` says nothing about what
 * comes behind it: a replay that goes on from there is no divergence. What models
 * took counts only with `usage`.
 */
export function firstDivergence(
  recorded: readonly RunEvent[],
  replayed: readonly RunEvent[],
  { cut, usage }: { readonly cut: boolean; readonly usage: boolean },
): Divergence | null {
  const expected = comparable(recorded, { usage });
  const found = comparable(replayed, { usage });
  for (const [index, one] of expected.entries()) {
    const other = found[index];
    const last = cut && index === expected.length - 1;
    if (other !== undefined && (isSame(one, other) || (last && beginsAs(one, other)))) continue;
    return {
      seq: one.event.seq,
      recorded: one.event,
      replayed: other?.event ?? null,
      explanation: explain(one, other ?? null),
    };
  }
  const extra = found[expected.length];
  if (cut || extra === undefined) return null;
  const explanation = `The record ends here, and the replay goes on with ${extra.event.type}.`;
  return { seq: (expected.at(-1)?.event.seq ?? 0) + 1, recorded: null, replayed: extra.event, explanation };
}

function isSame(one: Comparable, other: Comparable): boolean {
  return one.event.type === other.event.type && canonicalJson(one.essence) === canonicalJson(other.essence);
}

/** The record was cut in the middle of streamed text. */
function beginsAs({ event: one }: Comparable, { event: other }: Comparable): boolean {
  return (
    one.type === "output.chunk" && other.type === "output.chunk" && other.data.text.startsWith(one.data.text)
  );
}

function explain(one: Comparable, other: Comparable | null): string {
  const { type } = one.event;
  if (other === null) return `The replay ends here, where the record goes on with ${type}.`;
  if (other.event.type !== type) return `Where the record has ${type}, the replay has ${other.event.type}.`;
  const difference = firstDifference(one.essence, other.essence, "data");
  if (difference === null) return `Both have ${type}, and it differs.`;
  const { path, before, after } = difference;
  return `Both have ${type}, but ${path} was ${told(before)} and is ${told(after)} now.`;
}

interface Difference {
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

function firstDifference(before: Json | undefined, after: Json | undefined, path: string): Difference | null {
  if (isContainer(before) && isContainer(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    for (const key of keys) {
      const found = firstDifference(before[key], after[key], `${path}.${key}`);
      if (found !== null) return found;
    }
    return null;
  }
  return before === after ? null : { path, before, after };
}

function isContainer(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null;
}

const LONGEST_TOLD = 80;

function told(value: Json | undefined): string {
  if (value === undefined) return "absent";
  const text = JSON.stringify(value);
  return text.length > LONGEST_TOLD ? `${text.slice(0, LONGEST_TOLD)}…` : text;
}
