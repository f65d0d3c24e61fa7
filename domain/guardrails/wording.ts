import type { Sentence } from "./sentences.ts";
import { WORDING_BIAS, WORDING_WEIGHTS } from "./wording-weights.ts";

const WEIGHT_OF: ReadonlyMap<string, number> = new Map(
  Object.entries(WORDING_WEIGHTS).flatMap(([weight, features]) =>
    features.split(",").map((feature): [string, number] => [feature, Number(weight)]),
  ),
);

/** Evidence is a part of the log-odds, moved so that the wording of an ordinary message has none. */
const SCALE = 0.4;
const OFFSET = 0.5;
const LEAST = -0.25;
/** Beside the wording there must be some cue of a rule before a message is refused … */
const MOST = 0.85;
/** … unless the log-odds are this high: six times as probable to be an attack as not. */
const PLAIN_AT = 1.8;
/** In a message with more different words than this, wording says little: stories are worded in all ways. */
const LONG = 60;
const MOST_IN_LONG = 0.2;

/**
 * How much a message is worded like an attack, in the same unit as the weights of the rules: evidence that
 * no single rule names. Below 0 for the wording of an ordinary question. A logistic regression over words
 * and pairs of words, fitted to `test/data/guardrails/fit.jsonl` by `npm run guardrails:fit`.
 */
export function wordingEvidence(sentences: readonly Sentence[]): number {
  const { features, words } = wordingFeatures(sentences);
  let sum = 0;
  for (const feature of features) sum += WEIGHT_OF.get(feature) ?? 0;
  const logOdds = WORDING_BIAS + sum / Math.sqrt(Math.max(1, words));
  if (words <= LONG && logOdds >= PLAIN_AT) return 1;
  return Math.min(words > LONG ? MOST_IN_LONG : MOST, Math.max(LEAST, OFFSET + SCALE * logOdds));
}

export interface WordingFeatures {
  readonly features: ReadonlySet<string>;
  /** How many different words: a long message is not suspicious for saying much. */
  readonly words: number;
}

/** The words of a message, and each two neighbours in a sentence; `^` and `$` are its ends. */
export function wordingFeatures(sentences: readonly Sentence[]): WordingFeatures {
  const words = new Set<string>();
  const pairs = new Set<string>();
  for (const sentence of sentences) {
    let before = "^";
    for (const { text } of sentence.words) {
      words.add(text);
      pairs.add(`${before} ${text}`);
      before = text;
    }
    pairs.add(`${before} $`);
  }
  return { features: words.union(pairs), words: words.size };
}
