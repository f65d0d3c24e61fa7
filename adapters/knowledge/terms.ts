import { stemmer } from "stemmer";
import { baseForm } from "../../domain/knowledge/base-forms.ts";
import { relatedStems } from "../../domain/knowledge/related-words.ts";
import { STOP_WORDS } from "../../domain/knowledge/stop-words.ts";
import { words } from "../../domain/knowledge/words.ts";

/** What a text is indexed and found by: its words without stop words, cut to their stems (Porter's). */
export function terms(text: string): string[] {
  return words(text)
    .filter((word) => !STOP_WORDS.has(word))
    .map(stem);
}

function stem(word: string): string {
  return stemmer(baseForm(word));
}

const RELATED = relatedStems(stem);

/** The terms that may stand for `term`, itself left out. */
export function related(term: string): readonly string[] {
  return [...(RELATED.get(term) ?? [])];
}
