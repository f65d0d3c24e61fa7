import type { LexicalIndex, Match } from "./lexical-index.ts";

/**
 * The matches that are about the query: those that hold enough of what it asks for. Each term counts by how
 * telling it is, and one that no chunk holds (a name, say) counts most: it is a sign that the corpus has no
 * answer. Of n terms, a share of 1/√(2n) is enough: half of two, a third of five, a fifth of twelve.
 *
 * Measured (`npm run retrieval:measure`): this costs no relevant chunk on Cranfield, while small talk and
 * questions from other fields find nothing.
 */
export function aboutQuery(
  matches: readonly Match[],
  asked: ReadonlySet<string>,
  index: LexicalIndex,
): readonly Match[] {
  const weightOf = (terms: Iterable<string>) =>
    [...terms].reduce((sum, term) => sum + index.inverseDocumentFrequency(term), 0);
  const enough = weightOf(asked) / Math.sqrt(2 * Math.max(2, asked.size));
  return matches.filter(({ terms }) => weightOf(terms) >= enough);
}
