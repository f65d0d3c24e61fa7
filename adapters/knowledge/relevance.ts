import { stemmer } from "stemmer";
import { ASKING_WORDS } from "../../domain/knowledge/stop-words.ts";
import type { LexicalIndex, Match } from "./lexical-index.ts";

const ASKING_TERMS = new Set([...ASKING_WORDS].map(stemmer));

/**
 * The matches that are about the query; none, when no chunk holds enough of what it asks for. Terms count by
 * how telling they are, and one that no chunk holds (a name, say) counts most: it is a sign that the corpus
 * has no answer. Of n terms, a share of 1/√(2n) is enough: half of two, a third of five, a fifth of twelve.
 * Beside a chunk that holds enough, a third of that will do, since the corpus does speak of the matter.
 *
 * Measured (`npm run retrieval:measure`): costs nothing on Cranfield, while small talk and questions of other
 * fields find nothing.
 */
export function aboutQuery(
  matches: readonly Match[],
  asked: ReadonlySet<string>,
  index: LexicalIndex,
): readonly Match[] {
  const subject = [...asked].filter((term) => !ASKING_TERMS.has(term));
  const needed = subject.length > 0 ? subject : [...asked];
  const weights = new Map(needed.map((term) => [term, index.inverseDocumentFrequency(term)]));
  const weightOf = (terms: Iterable<string>) =>
    [...terms].reduce((sum, term) => sum + (weights.get(term) ?? 0), 0);
  const enough = weightOf(needed) / Math.sqrt(2 * Math.max(2, needed.length));
  const weighed = matches.map((match) => ({ match, weight: weightOf(match.terms) }));
  if (!weighed.some(({ weight }) => weight >= enough)) return [];
  return weighed.filter(({ weight }) => weight >= enough / 3).map(({ match }) => match);
}
