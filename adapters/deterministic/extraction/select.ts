import type { Question } from "./question.ts";
import { leansBack, type Scored } from "./score.ts";

/** Passages that together answer, in the order in which they are to be read. */
export type Selection = readonly Scored[];

/** How much an answer may hold, and how much weaker than the best passage the others may be. */
export interface SelectionLimits {
  readonly most: number;
  readonly share: number;
}

/** Passages this alike say the same. */
const SAME = 0.6;
/** Below this a passage has nothing to do with the question. */
const LEAST_SCORE = 0.3;
/** What a sentence gains by going on from one that was chosen. */
const CONTINUES = 0.2;
/** More items of a list than this are an excerpt. */
const MOST_ITEMS = 8;

/**
 * Enough of the question has to stand in one passage and its surroundings, and no name of the question may
 * be unknown to the evidence: else it is about something else.
 */
const LEAST_COVERED = 0.5;
const LEAST_DIRECT = 0.3;

/** The best passages for an answer; [] when none of them answers. */
export function selectPassages(
  question: Question,
  scored: readonly Scored[],
  limits: SelectionLimits,
): Selection {
  if (!knowsNames(question, scored)) return [];
  const answers = scored.filter(({ covered, direct }) => covered >= LEAST_COVERED && direct >= LEAST_DIRECT);
  const best = highest(answers);
  if (best === undefined || best.score < LEAST_SCORE) return [];

  const chosen: Scored[] = [];
  take(best, chosen, scored, limits.most);
  const floor = Math.max(LEAST_SCORE, best.score * limits.share);
  while (chosen.length < limits.most) {
    const rest = scored.filter((one) => one.direct > 0 && !chosen.some((other) => isSame(one, other)));
    const next = highest(
      rest.map((one) => ({ ...one, score: one.score + (continues(one, chosen) ? CONTINUES : 0) })),
    );
    if (next === undefined || next.score < floor) break;
    take(scored.find((one) => one.passage === next.passage) ?? next, chosen, scored, limits.most);
  }
  return inReadingOrder(chosen);
}

function knowsNames({ names }: Question, scored: readonly Scored[]): boolean {
  return names.every((name) => scored.some(({ terms, heading }) => terms.has(name) || heading.has(name)));
}

function highest(scored: readonly Scored[]): Scored | undefined {
  return scored.reduce<Scored | undefined>(
    (best, one) => (best === undefined || one.score > best.score ? one : best),
    undefined,
  );
}

/** Chooses a passage with what it cannot be understood without: what it leans on, what it introduces. */
function take(one: Scored, chosen: Scored[], scored: readonly Scored[], most: number): void {
  const before = neighbour(one, scored, -1);
  const needsBefore =
    before !== undefined && leansBack(one.passage.text) && before.passage.block === one.passage.block;
  if (needsBefore && !chosen.includes(before) && chosen.length + 1 < most) chosen.push(before);
  chosen.push(one);
  if (one.passage.text.endsWith(":"))
    chosen.push(...introduced(one, scored).filter((other) => !chosen.includes(other)));
}

/** The list, table or code that a sentence ending with a colon introduces. */
function introduced(one: Scored, scored: readonly Scored[]): readonly Scored[] {
  const behind = scored.filter((other) => other.source === one.source && other.index > one.index);
  const end = behind.findIndex(({ passage }) => passage.lead_in !== one.passage.text);
  return behind.slice(0, Math.min(end < 0 ? behind.length : end, MOST_ITEMS));
}

function neighbour(one: Scored, scored: readonly Scored[], distance: number): Scored | undefined {
  return scored.find((other) => other.source === one.source && other.index === one.index + distance);
}

function continues(one: Scored, chosen: readonly Scored[]): boolean {
  return chosen.some(
    ({ source, index, passage }) =>
      source === one.source &&
      index + 1 === one.index &&
      passage.block === one.passage.block &&
      passage.kind === "sentence",
  );
}

function isSame(one: Scored, other: Scored): boolean {
  if (one.passage === other.passage) return true;
  const shared = [...one.terms].filter((term) => other.terms.has(term)).length;
  return shared / Math.max(1, Math.min(one.terms.size, other.terms.size)) >= SAME;
}

/** By source, in the order in which the sources were first chosen; within a source in its own order. */
function inReadingOrder(chosen: readonly Scored[]): Selection {
  const bySource = Map.groupBy(chosen, ({ source }) => source);
  return [...bySource.values()].flatMap((group) => group.toSorted((one, other) => one.index - other.index));
}
