import { stemmer } from "stemmer";
import { STOP_WORDS } from "../../domain/knowledge/stop-words.ts";
import { words } from "../../domain/knowledge/words.ts";

/** What a text is indexed and found by: its words without stop words, cut to their stems (Porter's). */
export function terms(text: string): string[] {
  return words(text)
    .filter((word) => !STOP_WORDS.has(word))
    .map(stemmer);
}
