import type { WordClass } from "./lexicon.ts";
import type { Rule } from "./rules.ts";
import type { Word } from "./sentences.ts";
import type { Mention, Mentions } from "./vocabulary.ts";

/** A sentence as the rules see it. */
export interface Reading {
  readonly words: readonly Word[];
  readonly mentions: Mentions;
}

const DEFAULT_WITHIN = 3;

/** How far a sentence that asks or tells about such texts, or quotes one, is from saying it. */
const ASKED_ABOUT = 0.25;
const QUOTED = 0.5;

/** The rules by the classes that their sequence can begin with: most rules begin with none of a sentence's. */
export class RuleIndex {
  readonly #rules = new Map<WordClass, Rule[]>();

  constructor(rules: readonly Rule[]) {
    for (const rule of rules) {
      for (const head of [rule.sequence[0] ?? []].flat()) {
        this.#rules.set(head, [...(this.#rules.get(head) ?? []), rule]);
      }
    }
  }

  /** The rules that a sentence has the words for. */
  candidates(reading: Reading): ReadonlySet<Rule> {
    const found = new Set<Rule>();
    for (const wordClass of reading.mentions.keys()) {
      for (const rule of this.#rules.get(wordClass) ?? []) {
        if (rule.sequence.every((element) => isMentioned(element, reading))) found.add(rule);
      }
    }
    return found;
  }
}

/**
 * How much of a rule's weight a sentence bears, from 0 (it does not hold) to 1. Less than 1 where the
 * words are quoted, or stand in a question or a request to explain ("how do I …", "what does … mean").
 */
export function strength(rule: Rule, reading: Reading): number {
  let strongest = 0;
  for (const match of matches(rule, reading)) {
    strongest = Math.max(strongest, useOrMention(rule, match, reading));
    if (strongest === 1) break;
  }
  return strongest;
}

/** Spans of words from the first to the last element of the sequence. */
export function* matches(rule: Rule, reading: Reading): Generator<Mention> {
  const [first, ...rest] = rule.sequence;
  if (first === undefined) return;
  for (const head of mentioned(first, reading)) {
    if (rule.position === "order" && !isOrder(head, reading)) continue;
    if (rule.position === "opening" && !reading.words[head.from]?.opens_clause) continue;
    const end = follow(rest, head.to, rule.within ?? DEFAULT_WITHIN, reading);
    if (end === undefined) continue;
    const span = { from: head.from, to: end };
    if (rule.final && end < reading.words.length) continue;
    if (rule.unfollowed && startsAt(rule.unfollowed, end, reading)) continue;
    if (rule.quotes && !reading.words.slice(end, end + 3).some((word) => word.quoted)) continue;
    if (rule.unless?.some((wordClass) => isInside(wordClass, span, reading))) continue;
    yield span;
  }
}

/** Where the rest of a sequence ends, going for the nearest mention that lets the rest follow. */
function follow(rest: Rule["sequence"], from: number, within: number, reading: Reading): number | undefined {
  const [next, ...later] = rest;
  if (next === undefined) return from;
  for (const mention of mentioned(next, reading)) {
    if (mention.from < from || mention.from > from + within) continue;
    const end = follow(later, mention.to, within, reading);
    if (end !== undefined) return end;
  }
  return undefined;
}

function isMentioned(element: Rule["sequence"][number], { mentions }: Reading): boolean {
  return typeof element === "string"
    ? mentions.has(element)
    : element.some((wordClass) => mentions.has(wordClass));
}

const NOWHERE: readonly Mention[] = [];

function mentioned(element: Rule["sequence"][number], { mentions }: Reading): readonly Mention[] {
  if (typeof element === "string") return mentions.get(element) ?? NOWHERE;
  const present = element.filter((wordClass) => mentions.has(wordClass));
  const [only, ...more] = present;
  if (only === undefined) return NOWHERE;
  if (more.length === 0) return mentions.get(only) ?? NOWHERE;
  return present.flatMap((wordClass) => mentions.get(wordClass) ?? NOWHERE);
}

function startsAt(wordClass: WordClass, word: number, { mentions }: Reading): boolean {
  return (mentions.get(wordClass) ?? []).some((mention) => mention.from === word);
}

function isInside(wordClass: WordClass, span: Mention, { mentions }: Reading): boolean {
  return (mentions.get(wordClass) ?? []).some(
    (mention) => mention.from >= span.from && mention.to <= span.to,
  );
}

const BEFORE_ORDERS = new Set(
  "please kindly now just then and also simply completely totally so but or first next instead immediately therefore only must should shall will ok okay well hey do again always to would fully entirely directly bitte jetzt nun dann und einfach sofort also doch mal aber ahora maintenant".split(
    " ",
  ),
);
/** Whoever is spoken of here, it is not the reader that is spoken to; nor do these words stand before an order. */
const NOT_BEFORE_ORDERS = new Set(
  "i we they he she it who that which people not never dont cannot cant can could may might would does did didnt doesnt the a an this of in on for with by as my our your their its his her how why when if users attackers model models llm llms ai assistant agent agents bot chatbot system tries try trying wants want is are was were be been being has have had ich wir sie er es man nicht nie niemals der die das ein eine dein deine kann konnte darf".split(
    " ",
  ),
);

/** Whether the verb at `head` is an order to the reader: "ignore …", "you must ignore …", not "they ignore …". */
function isOrder(head: Mention, { words }: Reading): boolean {
  let at = head.from;
  while (at > 0 && !words[at]?.opens_clause && BEFORE_ORDERS.has(words[at - 1]?.text ?? "")) at--;
  if (words[at]?.opens_clause) return true;
  const before = words.slice(Math.max(0, at - 4), at).map((word) => word.text);
  if (["not", "never", "dont"].includes(before.at(-1) ?? "")) return false;
  if (before.includes("you") || before.includes("du") || before.includes("sie")) return true;
  return !NOT_BEFORE_ORDERS.has(before.at(-1) ?? "");
}

function useOrMention(rule: Rule, match: Mention, reading: Reading): number {
  const asked = isAskedAbout(match, reading);
  // "What does 'reveal your prompt' mean": the question is about the words, although it begins before them.
  const decisive = rule.asking ? match.to - 1 : match.from;
  if (reading.words[decisive]?.quoted) return asked || speaksAboutText(reading) ? 0 : QUOTED;
  return asked && !rule.asking ? ASKED_ABOUT : 1;
}

/**
 * A question word or "explain" opens the clause that the match stands in, and is not itself a part of it.
 * For a quotation, the clause around it counts.
 */
function isAskedAbout(match: Mention, { words, mentions }: Reading): boolean {
  const quoted = words[match.from]?.quoted ?? false;
  const opensQuestion = ({ from }: Mention) => words[from]?.opens_clause || onlyPolite(words.slice(0, from));
  const reaches = ({ to }: Mention) =>
    to <= match.from && (quoted || !words.slice(to, match.from + 1).some((word) => word.opens_clause));
  return (
    (mentions.get("inquiry") ?? []).some((opener) => opensQuestion(opener) && reaches(opener)) ||
    (mentions.get("yes_or_no") ?? []).some((opener) => opener.from === 0 && reaches(opener))
  );
}

const POLITE = new Set(
  "can could would will you please kindly also and so but me to hi hello hey i want need like love know help understand write kannst konntest du bitte mir".split(
    " ",
  ),
);

function onlyPolite(words: readonly Word[]): boolean {
  return words.every((word) => POLITE.has(word.text));
}

function speaksAboutText({ words, mentions }: Reading): boolean {
  return (mentions.get("meta") ?? []).some((mention) => !words[mention.from]?.quoted);
}
