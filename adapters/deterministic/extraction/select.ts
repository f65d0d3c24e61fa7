import { holdsNumber } from "./amount.ts";
import type { Source } from "./passages.ts";
import type { Question } from "./question.ts";
import { leansBack, listsFields, type Scored } from "./score.ts";

/** How much an answer may hold, and how much weaker than the best passage the others may be. */
export interface SelectionLimits {
  readonly most: number;
  /** How much of the question a passage and its surroundings have to hold, from 0 to 1. */
  readonly least_covered: number;
  /** Of the best passage's score: what others have to reach in the source of a chosen passage. */
  readonly same_source: number;
  /** And what they have to reach elsewhere. */
  readonly other_source: number;
}

/** What a passage has to hold of the question in its own words, unless its title holds all of it. */
const LEAST_DIRECT = 0.08;
/** What a title that is worded as the question makes up for in coverage: other words for the same, mostly. */
const TITLE_VOUCHES = 0.3;
/** Passages this alike say the same. */
const SAME = 0.6;
/** What a heading has to hold of the question for its sentences to go on with the answer. */
const ELABORATES = 0.35;
const SAME_ROW = 0.95;
/** What a sentence gains by going on from one that was chosen. */
const CONTINUES = 0.15;
/** More items of a list than this are an excerpt. */
const MOST_ITEMS = 8;

/**
 * The passages that answer the question, in the order in which they are to be read; [] when none does. A
 * passage answers when it and its surroundings hold enough of what the question asks; what the evidence does
 * not know at all weighs most, so a question about something else finds none.
 */
export function selectPassages(
  question: Question,
  scored: readonly Scored[],
  limits: SelectionLimits,
): readonly Scored[] {
  const about = sectionsAbout(question, scored);
  const answers = scored.filter(
    (one) => about.has(one.source) && answersAlone(one, question, limits.least_covered),
  );
  const best = highest(answers, ({ score }) => score);
  if (best === undefined) return [];

  const chosen = withNeeded(best, scored, []);
  while (chosen.length < limits.most) {
    const worth = (one: Scored) => one.score + (goesOn(one, chosen) ? CONTINUES : 0);
    const floor = (one: Scored) =>
      best.score * (one.source === best.source ? limits.same_source : limits.other_source);
    const isFit = (one: Scored) =>
      (answers.includes(one) || elaborates(one, chosen)) &&
      worth(one) >= floor(one) &&
      addsTo(one, best) &&
      !chosen.some((other) => isSame(one, other));
    const next = highest(scored.filter(isFit), worth);
    if (next === undefined) break;
    const needed = withNeeded(next, scored, chosen);
    if (chosen.length + needed.length > limits.most && needed.length > 1) break;
    chosen.push(...needed);
  }
  const ordered = inReadingOrder(chosen);
  // A definition comes first.
  const opens =
    question.kind === "definition" && !leansBack(best.passage.text) && !best.passage.text.endsWith(":");
  return opens ? [best, ...ordered.filter((one) => one !== best)] : ordered;
}

function answersAlone(
  { passage, covered, direct, is_titled, title_likeness }: Scored,
  { kind, wants_number }: Question,
  least_covered: number,
): boolean {
  // Code comes along with the sentence that introduces it, or tells how to do what its section's title says.
  if (passage.kind === "code") return kind === "how" && is_titled && passage.lead_in === null;
  if (wants_number && !holdsNumber(passage.text)) return false;
  if (passage.kind === "row" && listsFields(passage.text)) return false;
  return covered + title_likeness * TITLE_VOUCHES >= least_covered && (direct >= LEAST_DIRECT || is_titled);
}

/**
 * The sections that may hold the answer. A name that the evidence never mentions makes it a question about
 * something else, and so do several that no section mentions together: a Python process is no Python SDK.
 */
function sectionsAbout({ names }: Question, scored: readonly Scored[]): ReadonlySet<Source> {
  const bySource = Map.groupBy(scored, ({ source }) => source);
  const isKnownIn = (name: string, passages: readonly Scored[]) =>
    passages.some(({ terms, heading }) => terms.includes(name) || heading.includes(name));
  if (names.length < 2) return new Set(names.every((name) => isKnownIn(name, scored)) ? bySource.keys() : []);
  const together = [...bySource].filter(([, passages]) => names.every((name) => isKnownIn(name, passages)));
  return new Set(together.map(([source]) => source));
}

function highest(scored: readonly Scored[], worth: (one: Scored) => number): Scored | undefined {
  const [first, ...others] = scored;
  return others.reduce((best, one) => (best !== undefined && worth(one) > worth(best) ? one : best), first);
}

/** A passage with what it cannot be understood without: what it leans on, and what it introduces. */
function withNeeded(one: Scored, scored: readonly Scored[], chosen: readonly Scored[]): Scored[] {
  const before = scored.find(
    ({ source, index, passage }) =>
      source === one.source && index === one.index - 1 && passage.block === one.passage.block,
  );
  const leaning = before !== undefined && leansBack(one.passage.text) ? [before] : [];
  const introduced = one.passage.text.endsWith(":") ? introducedBy(one, scored) : [];
  return [...leaning, one, ...introduced].filter((needed) => !chosen.includes(needed));
}

/** The list, table or code that a sentence ending with a colon introduces. */
function introducedBy({ source, index, passage }: Scored, scored: readonly Scored[]): readonly Scored[] {
  const behind = scored.filter((other) => other.source === source && other.index > index);
  const end = behind.findIndex((other) => other.passage.lead_in !== passage.text);
  return behind.slice(0, Math.min(end < 0 ? behind.length : end, MOST_ITEMS));
}

function goesOn(one: Scored, chosen: readonly Scored[]): boolean {
  return chosen.some(
    ({ source, index, passage }) =>
      source === one.source && index === one.index - 1 && passage.block === one.passage.block,
  );
}

/**
 * Rows of one table are about different things: another one counts only if it fits the question as well.
 * And what something is, no other section says that does not define it too.
 */
function addsTo(one: Scored, best: Scored): boolean {
  if (best.defines && one.source !== best.source && !one.defines) return false;
  const areRows = one.passage.kind === "row" || best.passage.kind === "row";
  return !areRows || one.direct >= best.direct * SAME_ROW;
}

/** It goes on from what was chosen, and leans on it or stands under a heading that is about the question. */
function elaborates(one: Scored, chosen: readonly Scored[]): boolean {
  return one.passage.kind !== "row" && one.covered >= ELABORATES && goesOn(one, chosen);
}

function isSame(one: Scored, other: Scored): boolean {
  if (one === other) return true;
  const shared = one.terms.filter((term) => other.terms.includes(term)).length;
  return shared / Math.max(1, Math.min(one.terms.length, other.terms.length)) >= SAME;
}

/** By source, in the order in which the sources were first chosen; within a source in its own order. */
function inReadingOrder(chosen: readonly Scored[]): readonly Scored[] {
  const bySource = Map.groupBy(chosen, ({ source }) => source);
  return [...bySource.values()].flatMap((group) => group.toSorted((one, other) => one.index - other.index));
}
