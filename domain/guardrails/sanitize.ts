import { hiddenText, stripHidden } from "./hidden-characters.ts";
import type { Evidence } from "./injection.ts";
import { assess, findings } from "./injection.ts";
import { carryingImages } from "./links.ts";
import { SHAPES } from "./shapes.ts";
import type { InjectionFinding } from "./types.ts";

/** What was done to a text; joined, these are the `sanitization_applied` of an event. */
export type Sanitization =
  | "hidden_characters_removed"
  | "instructions_removed"
  | "encoded_instructions_removed"
  | "delimiters_removed"
  | "links_removed";

export interface Sanitized {
  readonly text: string;
  readonly applied: readonly Sanitization[];
  /** Why, strongest first; empty when only stray invisible characters were taken out. */
  readonly findings: readonly InjectionFinding[];
}

/** A stretch of the text and what stands in its place. */
interface Removal {
  readonly start: number;
  readonly end: number;
  readonly marker: string;
  readonly sanitization: Sanitization;
  readonly evidence: readonly Evidence[];
}

/**
 * Documents give orders to their readers all the time. A passage is taken out when one of its cues is
 * decisive and all together are enough; around such a passage, less is.
 */
const DECISIVE = 0.9;
const ENOUGH = 1;
const ENOUGH_NEARBY = 0.6;
const NEARBY = 1000;

/**
 * Numbers, dates and signs of ASCII without a letter, too short to spell anything in an encoding: much of what tools
 * return.
 */
const SAYS_NOTHING = /^[ -@[-`{-~\n]{0,15}$/;

const FORGED = new Set(SHAPES.filter((shape) => shape.forged).map((shape) => shape.id));

/**
 * Neutralises untrusted text (retrieved chunks, tool results): sentences that give the model orders,
 * forged delimiters and images that carry data out are replaced by a visible marker, and characters that
 * cannot be seen are removed. Everything else stays byte for byte. Time is linear in the text.
 */
export function sanitize(text: string): Sanitized {
  if (SAYS_NOTHING.test(text)) return { text, applied: [], findings: [] };
  const visible = stripHidden(text);
  const hidden = hiddenText(text);
  const smuggled = hidden === "" ? [] : findings(assess(hidden, "untrusted").evidence);
  const removals = merge([...orders(assess(visible, "untrusted").evidence, visible), ...images(visible)]);
  const applied = new Set(removals.map(({ sanitization }) => sanitization));
  if (visible !== text) applied.add("hidden_characters_removed");
  const evidence = removals.flatMap((removal) => removal.evidence);
  return {
    text: replace(visible, removals),
    applied: [...applied],
    findings: [...findings(evidence), ...smuggled],
  };
}

function orders(evidence: readonly Evidence[], text: string): Removal[] {
  const passages = [...Map.groupBy(evidence, ({ start, end }) => `${start} ${end}`).values()];
  const attacks = passages.filter(isAttack);
  const nearAttack = ([first]: readonly Evidence[]) =>
    attacks.some(
      ([attack]) => first && attack && first.start < attack.end + NEARBY && first.end > attack.start - NEARBY,
    );
  return passages
    .filter((passage) => isAttack(passage) || (weightOf(passage) >= ENOUGH_NEARBY && nearAttack(passage)))
    .flatMap((passage) => removal(passage, text));
}

function isAttack(passage: readonly Evidence[]): boolean {
  const forged = passage.some(({ pattern }) => FORGED.has(pattern));
  return forged || (passage.some(({ weight }) => weight >= DECISIVE) && weightOf(passage) >= ENOUGH);
}

function weightOf(passage: readonly Evidence[]): number {
  return passage.reduce((sum, { weight }) => sum + weight, 0);
}

function removal(evidence: readonly Evidence[], text: string): Removal[] {
  const [first] = evidence;
  if (first === undefined) return [];
  const { start, end, pattern } = first;
  if (FORGED.has(pattern)) {
    return [{ start, end, marker: "[removed: delimiter]", sanitization: "delimiters_removed", evidence }];
  }
  if (pattern.includes("@")) {
    const marker = "[removed: encoded instruction-like text]";
    return [{ start, end, marker, sanitization: "encoded_instructions_removed", evidence }];
  }
  const marker = "[removed: instruction-like text]";
  return [{ ...withoutMargins(text, start, end), marker, sanitization: "instructions_removed", evidence }];
}

function images(text: string): Removal[] {
  return carryingImages(text).map(({ start, end, alt }) => ({
    start,
    end,
    marker: alt === "" ? "[removed: image link]" : `[removed: image link "${alt}"]`,
    sanitization: "links_removed",
    evidence: [{ start, end, threat_type: "data_exfiltration", pattern: "exfiltrate.image-link", weight: 1 }],
  }));
}

/** Leaves the white space around a sentence, and a marker of a list, quotation or comment before it. */
function withoutMargins(text: string, start: number, end: number): { start: number; end: number } {
  const sentence = text.slice(start, end);
  const before = /^[\s>*#/|-]*(?:<!--\s*)?/.exec(sentence)?.[0].length ?? 0;
  const after = /\s*(?:-->)?\s*$/.exec(sentence)?.[0].length ?? 0;
  return { start: start + Math.min(before, sentence.length - after), end: end - after };
}

/** In order, without overlaps; neighbours of one kind, with nothing but space between them, become one. */
function merge(removals: readonly Removal[]): Removal[] {
  const merged: Removal[] = [];
  for (const next of removals.toSorted((one, other) => one.start - other.start || other.end - one.end)) {
    const last = merged.at(-1);
    if (last !== undefined && next.start < last.end) {
      const evidence = [...last.evidence, ...next.evidence];
      merged[merged.length - 1] = { ...last, end: Math.max(last.end, next.end), evidence };
    } else merged.push(next);
  }
  return merged;
}

function replace(text: string, removals: readonly Removal[]): string {
  let replaced = "";
  let end = 0;
  for (const { start, end: next, marker } of removals) {
    replaced += text.slice(end, start) + marker;
    end = next;
  }
  return replaced + text.slice(end);
}
