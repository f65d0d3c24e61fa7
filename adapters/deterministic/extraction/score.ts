import type { Passage, Source } from "./passages.ts";
import type { Question, QuestionKind } from "./question.ts";
import { related, terms } from "./terms.ts";

export interface Scored {
  readonly source: Source;
  readonly passage: Passage;
  /** Its place in the source. */
  readonly index: number;
  readonly terms: ReadonlySet<string>;
  /** Terms of the headings it stands under. */
  readonly heading: ReadonlySet<string>;
  /** How much of the question its own words hold, from 0 to 1. */
  readonly direct: number;
  /** The same with its headings, its lead-in and the sentence in front of it. */
  readonly covered: number;
  /** What it is ranked by. */
  readonly score: number;
}

const RELATED_SHARE = 0.7;
const HEADING_SHARE = 0.6;
const NEIGHBOUR_SHARE = 0.35;
/** Rarity is judged as if there were at least so many passages. */
const LEAST_PASSAGES = 30;

const BONUS = { definition: 0.5, named: 0.3, cue: 0.12, adjacent: 0.1, relevance: 0.12, opening: 0.06 };
const PENALTY = { fragment: 0.3, long: 0.1, dangling: 0.08, code: 0.25, question: 0.2 };

/** What the sentences that answer such a question tend to hold. */
const CUES: Readonly<Record<QuestionKind, RegExp | null>> = {
  definition: null,
  how: /\b(?:by|with|through|using|first|then|each|run|set|call)\b|`[^`]+`/i,
  why: /\b(?:because|since|so that|so|therefore|to avoid|in order to|otherwise|cannot|never|reason)\b/i,
  when: /\b(?:when|while|after|before|until|if|once|as soon as|every|at)\b/i,
  where: /\b(?:in|under|at|from)\s+`|[\w-]+\/[\w-]*|\.(?:ts|js|md|json|ya?ml)\b/,
  count: /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|once|twice|every|within|half|most)\b/i,
  list: /,.+(?:,| and )|·/,
  other: null,
};
const OPENS_WITH_PRONOUN =
  /^(?:it|they|this|that|these|those|its|their|such|both|otherwise|then|so|but|and|or|however|instead|he|she|also|there)\b/i;

/** Whether a sentence needs the one in front of it to be understood. */
export function leansBack(text: string): boolean {
  return OPENS_WITH_PRONOUN.test(text);
}

/** Every passage of the sources with its score, in the order of the text. */
export function scorePassages(question: Question, sources: readonly Source[]): readonly Scored[] {
  const read = sources.map((source) => ({
    source,
    heading: new Set(source.heading_path.flatMap(terms)),
    passages: source.passages.map((passage) => ({ passage, terms: new Set(terms(passage.text)) })),
  }));
  const weights = weigh(
    question,
    read.flatMap(({ passages }) => passages.map((passage) => passage.terms)),
  );
  return read.flatMap(({ source, heading, passages }) =>
    passages.map(({ passage, terms: own }, index) => {
      const before = passages[index - 1];
      const isContinued = before !== undefined && before.passage.block === passage.block;
      const near = new Set([...terms(passage.lead_in ?? ""), ...(isContinued ? before.terms : [])]);
      const { direct, covered } = coverage(weights, own, heading, near);
      const scored = { source, passage, index, terms: own, heading, direct, covered };
      return { ...scored, score: covered + bonus(question, scored) };
    }),
  );
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
  own: ReadonlySet<string>,
  heading: ReadonlySet<string>,
  near: ReadonlySet<string>,
) {
  let direct = 0;
  let covered = 0;
  for (const [term, weight] of weights) {
    const others = related(term);
    const share = own.has(term) ? 1 : others.some((other) => own.has(other)) ? RELATED_SHARE : 0;
    const around = heading.has(term) ? HEADING_SHARE : near.has(term) ? NEIGHBOUR_SHARE : 0;
    direct += weight * share;
    covered += weight * Math.max(share, around);
  }
  return { direct, covered };
}

function bonus(
  question: Question,
  { source, passage, index, terms: own, heading, direct }: Omit<Scored, "score">,
): number {
  const { text, kind } = passage;
  let sum = source.relevance * BONUS.relevance;
  if (index === 0) sum += BONUS.opening;
  if (direct > 0) {
    if (CUES[question.kind]?.test(text)) sum += BONUS.cue;
    if (isAdjacent(question, text)) sum += BONUS.adjacent;
  }
  sum += definitionBonus(question, passage, index, heading);
  if (kind === "code") sum -= PENALTY.code;
  if (own.size < 2) sum -= PENALTY.fragment;
  if (own.size > 45) sum -= PENALTY.long;
  if (leansBack(text)) sum -= PENALTY.dangling;
  if (text.endsWith("?")) sum -= PENALTY.question;
  return sum;
}

/** "A lease is …", "Lease: …", or the first sentence under the heading "Leases". */
function definitionBonus(
  { subject }: Question,
  { text, kind }: Passage,
  index: number,
  heading: ReadonlySet<string>,
): number {
  if (subject.length === 0) return 0;
  const opening =
    /^(?:(?:the|an?|each|every|one)\s+)?(.{2,60}?)(?:\s*[:–—]\s|\s+(?:is|are|means?|names?|holds?|describes?|refers?|consists?|belongs?|has|was|were|lets?|keeps?|stands?|tells?|says?|takes?|runs?)\b)/i.exec(
      text,
    );
  const defined = terms((opening?.[1] ?? "").replace(/[`"“”]/g, ""));
  const isSubject =
    defined.length > 0 &&
    defined.length <= subject.length + 1 &&
    subject.every((term) => defined.includes(term));
  if (isSubject && kind !== "code")
    return / (?:is|are|means?|describes?|refers?)\b|[:–—]/.test(opening?.[0] ?? "")
      ? BONUS.definition
      : BONUS.named;
  return index === 0 && subject.every((term) => heading.has(term)) ? BONUS.named : 0;
}

/** Two words of the question stand side by side in the passage, too. */
function isAdjacent(question: Question, text: string): boolean {
  const asked = [...question.terms.keys()];
  const told = terms(text);
  return asked.some((term, at) => {
    const next = asked[at + 1];
    const place = told.indexOf(term);
    return next !== undefined && place >= 0 && told[place + 1] === next;
  });
}
