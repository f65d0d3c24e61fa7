import { matchesIn } from "../matches.ts";
import type { DecodedSegment } from "./encodings.ts";
import { decodedSegments } from "./encodings.ts";
import { RuleIndex, strength } from "./match.ts";
import { RULES } from "./rules.ts";
import type { Sentence } from "./sentences.ts";
import { splitSentences } from "./sentences.ts";
import { SHAPES } from "./shapes.ts";
import type { Confidence, InjectionFinding, InjectionThreat } from "./types.ts";
import { Vocabulary } from "./vocabulary.ts";

/** Evidence that adds up to this within `WINDOW` is an attack. */
export const REFUSE_AT = 1;
const HIGH_AT = 1.5;
const LOW_BELOW = 0.6;

/** Evidence counts together when it lies this close, in UTF-16 units: a long document is not worse for its length. */
const WINDOW = 1500;

/** Hiding a text in an encoding is evidence itself. */
const HIDDEN_BONUS = 0.4;
const MAX_NESTING = 2;

const RULE_INDEX = {
  user: new RuleIndex(RULES.filter((rule) => !rule.untrusted)),
  untrusted: new RuleIndex(RULES),
} as const;

/** A rule that holds in a stretch of the text, and how strongly. */
export interface Evidence {
  readonly start: number;
  readonly end: number;
  readonly threat_type: InjectionThreat;
  readonly pattern: string;
  readonly weight: number;
}

/** `score` is that of the window with the most evidence. */
export interface Assessment {
  readonly sentences: readonly Sentence[];
  readonly score: number;
  readonly evidence: readonly Evidence[];
}

/** Whether the text is the user's own word, or something the model came to read on the way. */
export type Trust = "user" | "untrusted";

/** The strongest finding of each threat, strongest first. */
export function findings(evidence: readonly Evidence[]): InjectionFinding[] {
  const strongest = new Map<InjectionThreat, Evidence>();
  for (const item of evidence) {
    if (item.weight > (strongest.get(item.threat_type)?.weight ?? 0)) strongest.set(item.threat_type, item);
  }
  return [...strongest.values()]
    .sort((one, other) => other.weight - one.weight)
    .map(({ threat_type, pattern, weight }) => ({ threat_type, pattern, confidence: confidence(weight) }));
}

export function confidence(score: number): Confidence {
  return score >= HIGH_AT ? "high" : score >= LOW_BELOW ? "medium" : "low";
}

export function assess(text: string, trust: Trust): Assessment {
  const sentences = splitSentences(text);
  const evidence = gather(text, sentences, { trust, vocabulary: new Vocabulary(), nesting: 0 });
  evidence.sort((one, other) => one.start - other.start);
  return { sentences, evidence, score: strongestWindow(evidence) };
}

interface Search {
  readonly trust: Trust;
  readonly vocabulary: Vocabulary;
  /** How many encodings the text was taken out of. */
  readonly nesting: number;
}

function gather(text: string, sentences: readonly Sentence[], search: Search): Evidence[] {
  const plain = [
    ...sentences.flatMap((sentence) => sentenceEvidence(sentence, search)),
    ...shapeEvidence(text),
  ];
  if (search.nesting === MAX_NESTING) return plain;
  // What a text says openly is no stronger for standing in a line that is decoded as well.
  const open = new Set(plain.map(({ pattern }) => pattern));
  const inside = { ...search, nesting: search.nesting + 1 };
  return [...plain, ...decodedSegments(text).flatMap((segment) => decodedEvidence(segment, open, inside))];
}

function sentenceEvidence(sentence: Sentence, { trust, vocabulary }: Search): Evidence[] {
  const { start, end } = sentence;
  const words = vocabulary.separate(sentence.words);
  const reading = { words, mentions: vocabulary.mentions(words) };
  const evidence: Evidence[] = [];
  for (const rule of RULE_INDEX[trust].candidates(reading)) {
    const weight = rule.weight * strength(rule, reading);
    if (weight === 0) continue;
    evidence.push({ start, end, threat_type: rule.threat_type, pattern: rule.id, weight });
  }
  return evidence;
}

function shapeEvidence(text: string): Evidence[] {
  return SHAPES.flatMap(({ id, threat_type, weight, pattern }) =>
    matchesIn(text, pattern).map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      threat_type,
      pattern: id,
      weight,
    })),
  );
}

function decodedEvidence(segment: DecodedSegment, open: ReadonlySet<string>, search: Search): Evidence[] {
  const { encoding, start, end, text } = segment;
  return gather(text, splitSentences(text), search)
    .filter(({ weight, pattern }) => weight > 0 && !open.has(pattern))
    .map(({ threat_type, pattern, weight }) => ({
      start,
      end,
      threat_type,
      pattern: `${pattern}@${encoding}`,
      weight: weight + HIDDEN_BONUS,
    }));
}

function strongestWindow(evidence: readonly Evidence[]): number {
  let strongest = 0;
  for (const [index, { start }] of evidence.entries()) {
    if (start === evidence[index - 1]?.start) continue;
    strongest = Math.max(strongest, windowScore(evidence, index));
  }
  return strongest;
}

/** The evidence in the window that begins with `evidence[first]`: each rule counts once, no threat below 0. */
function windowScore(evidence: readonly Evidence[], first: number): number {
  const limit = (evidence[first]?.start ?? 0) + WINDOW;
  const strongest = new Map<string, Evidence>();
  for (let index = first; index < evidence.length; index++) {
    const item = evidence[index];
    if (item === undefined || item.start > limit) break;
    const rival = strongest.get(item.pattern);
    if (rival === undefined || Math.abs(item.weight) > Math.abs(rival.weight))
      strongest.set(item.pattern, item);
  }
  const byThreat = new Map<InjectionThreat, number>();
  for (const { threat_type, weight } of strongest.values()) {
    byThreat.set(threat_type, (byThreat.get(threat_type) ?? 0) + weight);
  }
  return [...byThreat.values()].reduce((sum, threat) => sum + Math.max(0, threat), 0);
}
