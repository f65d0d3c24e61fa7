import { hiddenText, stripHidden } from "./hidden-characters.ts";
import type { Assessment, Evidence } from "./injection.ts";
import { assess, findings, REFUSE_AT } from "./injection.ts";
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

/** A sentence with this much evidence is taken out; in a passage that is an attack, one with half of it. */
const REMOVE_AT = 0.8;
const REMOVE_IN_ATTACK_AT = 0.4;

const FORGED = new Set(SHAPES.filter((shape) => shape.forged).map((shape) => shape.id));

/**
 * Neutralises untrusted text (retrieved chunks, tool results): sentences that give the model orders,
 * forged delimiters and images that carry data out are replaced by a visible marker, and characters that
 * cannot be seen are removed. Everything else stays byte for byte. Time is linear in the text.
 */
export function sanitize(text: string): Sanitized {
  const visible = stripHidden(text);
  const smuggled = findings(assess(hiddenText(text), "untrusted").evidence);
  const removals = merge([...encodedAndOrders(assess(visible, "untrusted"), visible), ...images(visible)]);
  const applied = new Set(removals.map(({ sanitization }) => sanitization));
  if (visible !== text) applied.add("hidden_characters_removed");
  const evidence = removals.flatMap((removal) => removal.evidence);
  return {
    text: replace(visible, removals),
    applied: [...applied],
    findings: [...findings(evidence), ...smuggled],
  };
}

function encodedAndOrders({ evidence, score }: Assessment, text: string): Removal[] {
  const passages = Map.groupBy(evidence, ({ start, end }) => `${start} ${end}`);
  const threshold = score >= REFUSE_AT ? REMOVE_IN_ATTACK_AT : REMOVE_AT;
  return [...passages.values()].flatMap((passage): Removal[] => {
    const [first] = passage;
    if (first === undefined) return [];
    const { start, end, pattern } = first;
    if (FORGED.has(pattern)) {
      return [
        { start, end, marker: "[removed: delimiter]", sanitization: "delimiters_removed", evidence: passage },
      ];
    }
    const weight = passage.reduce((sum, item) => sum + item.weight, 0);
    if (weight < threshold) return [];
    const encoded = pattern.includes("@");
    return [
      {
        ...(encoded ? { start, end } : withoutMargins(text, start, end)),
        marker: encoded ? "[removed: encoded instruction-like text]" : "[removed: instruction-like text]",
        sanitization: encoded ? "encoded_instructions_removed" : "instructions_removed",
        evidence: passage,
      },
    ];
  });
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
  const before = /^[\s>*#/|-]*/.exec(sentence)?.[0].length ?? 0;
  const after = /\s*$/.exec(sentence)?.[0].length ?? 0;
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
