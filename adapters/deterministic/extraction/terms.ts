import { stemmer } from "stemmer";
import { baseForm } from "../../../domain/knowledge/base-forms.ts";
import { relatedStems } from "../../../domain/knowledge/related-words.ts";
import { STOP_WORDS } from "../../../domain/knowledge/stop-words.ts";
import { words } from "../../../domain/knowledge/words.ts";

/** What a text is about: its words without function words, as stems, each once, in order. */
export function terms(text: string): readonly string[] {
  const found = stems(words(text).filter((word) => !STOP_WORDS.has(word)));
  // The "ups" of "wake-ups" is no stop word, its stem is.
  return found.filter((stem) => !STOP_WORDS.has(stem));
}

/** All words of a text as stems, each once, in order. */
export function wording(text: string): readonly string[] {
  return stems(words(text));
}

function stems(list: readonly string[]): readonly string[] {
  return [...new Set(list.map(stem))];
}

function stem(word: string): string {
  return stemmer(baseForm(word));
}

const RELATED = relatedStems(stem);

/** The stems that may stand for `term`, itself left out. */
export function related(term: string): readonly string[] {
  return [...(RELATED.get(term) ?? [])];
}
