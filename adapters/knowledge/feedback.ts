import type { LexicalIndex, Match } from "./lexical-index.ts";

/** How many of the first matches are taken to be right, how many of their terms join the query, and how strongly. */
const FEEDBACK_CHUNKS = 3;
const FEEDBACK_TERMS = 20;
const FEEDBACK_WEIGHT = 0.3;

/**
 * The query with the terms that its best matches share, so that chunks that say the same in other words move
 * up (pseudo-relevance feedback, the relevance model RM3 of Lavrenko and Croft). Weights sum to 1.
 */
export function expand(
  query: readonly string[],
  best: readonly Match[],
  index: LexicalIndex,
): ReadonlyMap<string, number> {
  const expansion = new Map<string, number>();
  for (const { position, score } of best.slice(0, FEEDBACK_CHUNKS)) {
    const terms = index.termsAt(position);
    for (const term of terms) {
      const weight = (score / terms.length) * index.inverseDocumentFrequency(term);
      expansion.set(term, (expansion.get(term) ?? 0) + weight);
    }
  }
  const strongest = [...expansion].sort((a, b) => b[1] - a[1]).slice(0, FEEDBACK_TERMS);
  const total = strongest.reduce((sum, [, weight]) => sum + weight, 0);
  const weights = new Map<string, number>();
  const add = (term: string, weight: number) => weights.set(term, (weights.get(term) ?? 0) + weight);
  for (const term of query) add(term, (1 - FEEDBACK_WEIGHT) / query.length);
  for (const [term, weight] of strongest) add(term, (FEEDBACK_WEIGHT * weight) / total);
  return weights;
}
