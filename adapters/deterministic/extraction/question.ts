import type { EarlierTurn } from "../../../domain/model/chat.ts";
import { antecedents } from "../../../domain/model/follow-up.ts";
import { unitOf, wantsNumber, withoutExtent } from "./amount.ts";
import { terms, wording } from "./terms.ts";

/** What kind of sentence answers it. */
export type QuestionKind = "definition" | "how" | "why" | "when" | "where" | "count" | "list" | "other";

export interface Question {
  readonly kind: QuestionKind;
  /** What it asks about, as stems. The weight says how much an answer has to hold of it, from 0 to 1. */
  readonly terms: ReadonlyMap<string, number>;
  /** It names nothing to look for: "Summarize this". */
  readonly is_general: boolean;
  /** Stems of X in "What is X?"; [] for other questions. */
  readonly subject: readonly string[];
  /** All its words as stems, function words too. */
  readonly wording: readonly string[];
  /** "How many": what holds no number does not answer. */
  readonly wants_number: boolean;
  /** "How long", "how many runs": the unit of the answer, as a pattern; null when no amount is asked for. */
  readonly unit: RegExp | null;
  /** Stems of names: an answer that knows nothing of them is none. */
  readonly names: readonly string[];
}

const KINDS: readonly (readonly [QuestionKind, RegExp])[] = [
  [
    "count",
    /\bhow (?:many|much|long|often|large|big|fast|far|old|quickly|soon)\b|\bwhat (?:number|size|limit|port)\b/i,
  ],
  [
    "definition",
    /^(?:so |and |then )?(?:what(?:'s|’s|s| is| are| was| were)|who(?:'s|’s| is| are)|define|describe|explain|meaning of)\b|\bwhat (?:does|do) .+ (?:mean|stand for)\b|\bdefinition of\b/i,
  ],
  ["why", /\bwhy\b|\bwhat(?:'s| is) the (?:reason|purpose|point)\b|\bhow come\b/i],
  ["how", /\bhow\b|\bsteps? to\b|\bway to\b/i],
  ["when", /\bwhen\b(?! .+(?:,|\?).+)|\bat what (?:time|point)\b/i],
  ["where", /\bwhere\b|\bin which (?:file|folder|directory)\b/i],
  ["list", /^(?:which|list|name|what(?! (?:do|does|did)\b))\b/i],
];
const DEFINED =
  /(?:what(?:'s|’s|s| is| are| was| were| does| do)|who(?:'s|’s| is| are)|define|describe|explain|(?:meaning|definition) of)\s+(?<subject>.+?)(?:\s+(?:mean|stand for))?\s*[?.!]*$/i;
/** "a lease in Redis": the subject ends there. */
const SUBJECT_END = /\s+(?:in|of|for|within|on|at|by|with|used|called|when|and|or|that|which|to|from)\s.*$/i;

/** Words of the question itself rather than of its matter, and the product's name, which passages rarely repeat. */
const SOFT = new Set(
  terms(
    "happen happens come comes work works mean means use used using purpose way example difference " +
      "question show list find called exactly thing kind type define definition describe summary " +
      "summarize overview detail information baton system stand carry hold exist see look handle put " +
      "keep length size maximum minimum amount version report occur appear behave return require " +
      "include contain go through non project possible order role reason point name different main " +
      "overall general documentation docs document",
  ),
);
/** Characters at each end of a message that are read for what it asks. */
const LONGEST_END = 1_000;
const SOFT_WEIGHT = 0.15;
/** Terms of the question before, for a question that goes on from it. */
const EARLIER_WEIGHT = 0.4;

export function readQuestion(whole: string, earlier: readonly EarlierTurn[]): Question {
  const message = excerpt(whole);
  const own = terms(withoutExtent(message));
  const hard = own.filter((term) => !SOFT.has(term));
  const weights = new Map(own.map((term) => [term, SOFT.has(term) && hard.length > 0 ? SOFT_WEIGHT : 1]));
  for (const term of antecedents(message, earlier).flatMap((before) => terms(excerpt(before)))) {
    if (!weights.has(term)) weights.set(term, SOFT.has(term) ? SOFT_WEIGHT : EARLIER_WEIGHT);
  }
  const kind = KINDS.find(([, pattern]) => pattern.test(message.trim()))?.[0] ?? "other";
  return {
    kind,
    is_general: hard.length === 0,
    terms: weights,
    subject: kind === "definition" ? subjectOf(message) : [],
    wording: wording(message),
    wants_number: wantsNumber(message),
    unit: unitOf(message),
    names: namesIn(message),
  };
}

/** The ends of a long message: what it asks stands in front of or behind the text that it brings along. */
export function excerpt(message: string): string {
  if (message.length <= 2 * LONGEST_END) return message;
  return `${message.slice(0, LONGEST_END)} ${message.slice(-LONGEST_END)}`;
}

function subjectOf(message: string): readonly string[] {
  const subject = DEFINED.exec(lastSentence(message))?.groups?.subject ?? "";
  return terms(subject.replace(SUBJECT_END, ""));
}

function lastSentence(message: string): string {
  return (
    message
      .trim()
      .split(/(?<=[.!])\s+/)
      .at(-1) ?? ""
  );
}

/** Words with a capital letter that no sentence gave them. */
function namesIn(message: string): readonly string[] {
  const count = (initial: RegExp) => (message.match(initial) ?? []).length;
  // The sentence gave its first word a capital letter.
  const isTitle = count(/(?<!\p{L})\p{Ll}/gu) < count(/(?<!\p{L})\p{Lu}/gu) - 1;
  if (isTitle) return [];
  const names = [...message.matchAll(/(?<=[^\s.!?:]\s+)["“'‘(]?(\p{Lu}[\p{L}\p{N}]+)/gu)].map(
    ([, name = ""]) => name,
  );
  return names.flatMap(terms).filter((term) => !SOFT.has(term));
}
