import { stemmer } from "stemmer";
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
  return [...new Set(list.map(stemmer))];
}

/** Words that often stand for each other where software is described. */
const RELATED = [
  "kill die dead death crash",
  "start begin launch boot",
  "stop end cancel abort quit",
  "retry redo reattempt",
  "fail error failure",
  "install setup",
  "config configure configuration setting option",
  "delete remove drop",
  "fast quick speed performance latency",
  "allow permit",
  "forbid deny refuse reject",
  "test check verify verification",
  "key token secret credential",
  "id identifier",
  "store save persist keep",
  "limit maximum max most",
  "doc document documentation",
  "restart reboot",
  "survive recover resume",
  "seconds second",
];
const GROUPS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  RELATED.flatMap((group) => {
    const stems = new Set(group.split(" ").map(stemmer));
    return [...stems].map((stem) => [stem, stems] as const);
  }),
);

/** The stems that may stand for `term`, itself left out. */
export function related(term: string): readonly string[] {
  return [...(GROUPS.get(term) ?? [])].filter((other) => other !== term);
}
