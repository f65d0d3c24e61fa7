import type { Passage, Source } from "./passages.ts";
import { leansBack, listsFields } from "./score.ts";
import { terms } from "./terms.ts";

interface Candidate {
  readonly source: Source;
  readonly passage: Passage;
  readonly place: number;
  readonly terms: readonly string[];
  readonly worth: number;
}

/** Passages that share more of their terms than this say the same. */
const SAME = 0.5;
const MERITS = { first_of_source: 0.35, relevance: 0.1, leaning: -0.25, fields: -0.5 };
/** Longer passages hold more terms without being more central. */
const TYPICAL_TERMS = 8;

/**
 * The most central passages of the sources, in reading order: those whose terms come up most in all of them,
 * each section's first sentence before others, nothing said twice. `prior` says how much a passage is worth
 * beforehand, null that it is out of the question.
 */
export function gist(
  sources: readonly Source[],
  most: number,
  prior: (passage: Passage) => number | null = () => 0,
): readonly { readonly source: Source; readonly passage: Passage }[] {
  const read = sources.flatMap((source) =>
    source.passages.map((passage, index) => ({ source, passage, index, terms: terms(passage.text) })),
  );
  const frequency = new Map<string, number>();
  for (const term of read.flatMap((one) => one.terms)) frequency.set(term, (frequency.get(term) ?? 0) + 1);

  const candidates = read.flatMap(({ index, ...one }, place): readonly Candidate[] => {
    const { source, passage } = one;
    const before = prior(passage);
    const isWhole = passage.kind !== "code" && !passage.text.endsWith(":") && one.terms.length > 1;
    if (before === null || !isWhole) return [];
    const central = one.terms.reduce((sum, term) => sum + (frequency.get(term) ?? 0) - 1, 0);
    let worth = before + central / Math.max(TYPICAL_TERMS, one.terms.length) / Math.sqrt(read.length);
    worth += source.relevance * MERITS.relevance;
    if (index === 0) worth += MERITS.first_of_source;
    if (leansBack(passage.text)) worth += MERITS.leaning;
    if (listsFields(passage.text)) worth += MERITS.fields;
    return [{ ...one, place, worth }];
  });

  const chosen: Candidate[] = [];
  for (const candidate of candidates.toSorted((one, other) => other.worth - one.worth)) {
    if (chosen.length === most) break;
    if (!chosen.some((other) => overlap(candidate.terms, other.terms) > SAME)) chosen.push(candidate);
  }
  const bySource = Map.groupBy(chosen, ({ source }) => source);
  return [...bySource.values()].flatMap((group) => group.toSorted((one, other) => one.place - other.place));
}

function overlap(one: readonly string[], other: readonly string[]): number {
  const shared = one.filter((term) => other.includes(term)).length;
  return shared / Math.max(1, Math.min(one.length, other.length));
}
