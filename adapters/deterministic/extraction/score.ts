import { holdsAmount } from "./amount.ts";
import type { Passage, Source } from "./passages.ts";
import type { Question, QuestionKind } from "./question.ts";
import { related, terms, wording } from "./terms.ts";

export interface Scored {
  readonly source: Source;
  readonly passage: Passage;
  /** Its place in the source. */
  readonly index: number;
  readonly terms: readonly string[];
  /** Terms of the headings it stands under. */
  readonly heading: readonly string[];
  /** How much of the question its own words hold, from 0 to 1. */
  readonly direct: number;
  /** The same with its headings, its lead-in and the sentence in front of it. */
  readonly covered: number;
  /** Whether its section's title holds all that the question is about. */
  readonly is_titled: boolean;
  /** How much of the question's wording its section's title has, from 0 to 1. */
  readonly title_likeness: number;
  /** Whether it says what the thing in "What is …?" is or does. */
  readonly defines: boolean;
  /** What it is ranked by. */
  readonly score: number;
}

type Unscored = Omit<Scored, "score" | "defines">;

/** How much a term counts that stands near a passage, or in other words, and not in it. */
const SHARE = { related: 0.7, heading: 0.75, near: 0.35 };
/** Rarity is judged as if there were at least so many passages. */
const LEAST_PASSAGES = 30;

const BONUS = {
  definition: 0.5,
  described: 0.25,
  title: 0.35,
  relevance: 0.35,
  opening: 0.15,
  cue: 0.12,
  adjacent: 0.1,
  amount: 0.4,
  wording: 0.6,
};
const PENALTY = {
  code: 0.4,
  fields: 0.35,
  fragment: 0.3,
  question: 0.2,
  long: 0.1,
  leansBack: 0.08,
  opens: 0.3,
};
/** In terms: shorter passages say little, longer ones are hard to read. */
const FRAGMENT = 2;
const LONG = 45;

/** What the sentences that answer such a question tend to hold. */
const CUES: Readonly<Record<QuestionKind, RegExp | null>> = {
  definition: null,
  how: /\b(?:by|with|through|using|first|then|each|run|set|call|add|use)\b|`[^`]+`/i,
  why: /\b(?:because|since|so that|so|therefore|to avoid|in order to|otherwise|cannot|never|keeps)\b/i,
  when: /\b(?:when|while|after|before|until|if|once|as soon as|every|at)\b/i,
  where: /\b(?:in|under|at|from|below)\s+`|[\w-]+\/[\w-]*|\.(?:ts|js|md|json|ya?ml)\b/,
  count: /\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|once|twice|every|within|half)\b/i,
  list: /,.+(?:,| and )/,
  other: null,
};
const LEANS_BACK =
  /^(?:it|they|this|that|these|those|its|their|such|both|otherwise|then|so|but|and|or|however|instead|he|she|also|there|nothing)\b/i;
/** "A lease is", "Lease:", "The tool `calculator` evaluates": what is in front of it is said to be or do something. */
const OPENING =
  /^(?:(?:the|an?|each|every|one)\s+)?(?<named>.{2,60}?)(?:(?<defines>\s*[:–—]\s|\s+(?:is|are|means?|describes?|refers?)\b)|\s+(?:names?|holds?|consists?|belongs?|has|was|were|lets?|keeps?|stands?|tells?|says?|takes?|runs?|enables?|does|gives?|makes?|carries|ends?|checks?|decides?)\b)/i;

/** Whether a sentence needs the one in front of it to be understood. */
export function leansBack(text: string): boolean {
  return LEANS_BACK.test(text);
}

/** Every passage of the sources with its score, in the order of the text. */
export function scorePassages(question: Question, sources: readonly Source[]): readonly Scored[] {
  const read = sources.map((source) => ({
    source,
    heading: source.heading_path.flatMap(terms),
    passages: source.passages.map((passage) => ({ passage, terms: terms(passage.text) })),
  }));
  const weights = weigh(
    question,
    read.flatMap(({ passages }) => passages.map((passage) => new Set(passage.terms))),
  );
  return read.flatMap(({ source, heading, passages }) => {
    const near = new Set(passages.flatMap((passage) => passage.terms));
    const title = source.heading_path.at(-1) ?? "";
    const titled = { title: terms(title), alike: alike(question.wording, wording(title)) };
    const hard = [...question.terms].filter(([, weight]) => weight === 1).map(([term]) => term);
    const is_titled = hard.length > 0 && hard.every((term) => titled.title.includes(term));
    return passages.map(({ passage, terms: own }, index) => {
      const unscored = {
        source,
        passage,
        index,
        terms: own,
        heading,
        is_titled,
        title_likeness: titled.alike,
        ...coverage(weights, own, [...heading, ...terms(passage.columns)], near),
      };
      const definition = definitionBonus(question, unscored, titled.title);
      const score = unscored.covered + definition + merits(question, unscored, titled);
      return { ...unscored, defines: definition > 0, score };
    });
  });
}

/** How much each term counts, all together 1: what the question asks of it × how rare it is in the evidence. */
function weigh(question: Question, passages: readonly ReadonlySet<string>[]): ReadonlyMap<string, number> {
  const count = Math.max(passages.length, LEAST_PASSAGES);
  const rarity = (term: string) => {
    const found = passages.filter((passage) => passage.has(term)).length;
    return Math.log(1 + (count - found + 0.5) / (found + 0.5));
  };
  const weights = [...question.terms].map(([term, weight]) => [term, weight * rarity(term)] as const);
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  return new Map(weights.map(([term, weight]) => [term, total === 0 ? 0 : weight / total]));
}

function coverage(
  weights: ReadonlyMap<string, number>,
  own: readonly string[],
  heading: readonly string[],
  near: ReadonlySet<string>,
): { readonly direct: number; readonly covered: number } {
  let direct = 0;
  let covered = 0;
  for (const [term, weight] of weights) {
    const others = related(term);
    const share = own.includes(term) ? 1 : others.some((other) => own.includes(other)) ? SHARE.related : 0;
    const around = heading.includes(term) ? SHARE.heading : near.has(term) ? SHARE.near : 0;
    direct += weight * share;
    covered += weight * Math.max(share, around);
  }
  return { direct, covered };
}

interface Titled {
  readonly title: readonly string[];
  /** How much the title has of the question's wording: "What happens when Redis is down" may be both. */
  readonly alike: number;
}

/** What speaks for and against a passage besides the words it shares with the question. */
function merits(question: Question, one: Unscored, { title, alike }: Titled): number {
  const { source, passage, index, terms: own, direct } = one;
  const { text, kind } = passage;
  let sum = source.relevance * BONUS.relevance + alike * BONUS.title;
  if (index === 0) sum += BONUS.opening;
  if (index === 0 && title.some((term) => question.terms.get(term) === 1)) sum += BONUS.opening;
  if (direct > 0 && CUES[question.kind]?.test(text)) sum += BONUS.cue;
  if (isAdjacent(question, own)) sum += BONUS.adjacent;
  if (direct > 0 && question.unit !== null && holdsAmount(passage, question.unit)) sum += BONUS.amount;
  sum += shared(question.wording, wording(text)) * BONUS.wording;
  if (kind === "code") sum -= PENALTY.code;
  if (listsFields(text)) sum -= PENALTY.fields;
  if (own.length < FRAGMENT) sum -= PENALTY.fragment;
  if (own.length > LONG) sum -= PENALTY.long;
  if (text.endsWith("?")) sum -= PENALTY.question;
  if (leansBack(text)) sum -= PENALTY.leansBack;
  // What follows the colon shows how, or lists what; it states no fact.
  if (question.kind === "other" && text.endsWith(":")) sum -= PENALTY.opens;
  return sum;
}

/** "A lease is …", "Lease: …", or the first sentence under the heading "Leases". */
function definitionBonus(
  { subject }: Question,
  { passage: { text, kind }, index }: Unscored,
  title: readonly string[],
): number {
  if (subject.length === 0 || kind === "code") return 0;
  const opening = OPENING.exec(text)?.groups;
  const named = terms((opening?.named ?? "").replace(/,.*$/, ""));
  // A row is about what its first cell names and nothing wider: `sse-retry` is not SSE.
  const spare = kind === "row" ? 0 : 1;
  const isSubject = named.length <= subject.length + spare && subject.every((term) => named.includes(term));
  // "429: too many runs" says what the status 429 is.
  const isLabel =
    /[:–—]/.test(opening?.defines ?? "") && named.length > 0 && named.every((term) => subject.includes(term));
  if (opening !== undefined && (isSubject || isLabel))
    return opening.defines === undefined ? BONUS.described : BONUS.definition;
  const isTitle = title.length === subject.length && subject.every((term) => title.includes(term));
  return index === 0 && isTitle ? BONUS.described : 0;
}

/** "run_id, status (`running` `failed`), attempts {step: n}": names without a sentence around them. */
export function listsFields(text: string): boolean {
  const tokens = text.split(/\s+/);
  const plain = tokens.filter((token) => /^[("“]?\p{L}[\p{L}’'-]*[.,;:!?)"”]*$/u.test(token));
  return tokens.length >= 6 && plain.length < tokens.length / 2;
}

/** From 0 to 1: the share of the words of `one` that `other` has, too. */
function shared(one: readonly string[], other: readonly string[]): number {
  const theirs = new Set(other);
  return one.filter((word) => theirs.has(word)).length / Math.max(1, one.length);
}

/** From 0 to 1: the share of words that two texts have in common. */
function alike(one: readonly string[], other: readonly string[]): number {
  const [mine, theirs] = [new Set(one), new Set(other)];
  const all = mine.union(theirs).size;
  return all === 0 ? 0 : mine.intersection(theirs).size / all;
}

/** Two terms of the question stand side by side in the passage, too. */
function isAdjacent(question: Question, own: readonly string[]): boolean {
  const asked = [...question.terms.keys()];
  return asked.some((term, at) => {
    const next = asked[at + 1];
    const place = own.indexOf(term);
    return next !== undefined && place >= 0 && own[place + 1] === next;
  });
}
