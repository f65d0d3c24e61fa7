import { decodedSegments } from "./encodings.ts";
import { strength } from "./match.ts";
import { RULES } from "./rules.ts";
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
  readonly score: number;
  readonly evidence: readonly Evidence[];
}

/** Whether the text is the user's own word, or something the model came to read on the way. */
export type Trust = "user" | "untrusted";

/** Why a text may be trying to steer the model, strongest first. Time is linear in the text. */
export function detectInjection(text: string, trust: Trust = "untrusted"): InjectionFinding[] {
  return findings(assess(text, trust).evidence);
}

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
  const evidence = gather(text, trust, 0).sort((one, other) => one.start - other.start);
  return { evidence, score: Math.max(0, ...evidence.map((_, index) => windowScore(evidence, index))) };
}

function gather(text: string, trust: Trust, nesting: number): Evidence[] {
  return [
    ...sentenceEvidence(text, trust),
    ...shapeEvidence(text),
    ...(nesting < MAX_NESTING ? decodedEvidence(text, trust, nesting) : []),
  ];
}

function sentenceEvidence(text: string, trust: Trust): Evidence[] {
  const vocabulary = new Vocabulary();
  const evidence: Evidence[] = [];
  for (const { start, end, words: written } of splitSentences(text)) {
    const words = vocabulary.separate(written);
    const reading = { words, mentions: vocabulary.mentions(words) };
    for (const rule of RULES) {
      if (rule.untrusted && trust === "user") continue;
      const weight = rule.weight * strength(rule, reading);
      if (weight !== 0)
        evidence.push({ start, end, threat_type: rule.threat_type, pattern: rule.id, weight });
    }
  }
  return evidence;
}

function shapeEvidence(text: string): Evidence[] {
  return SHAPES.flatMap(({ id, threat_type, weight, pattern }) =>
    [...text.matchAll(pattern)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      threat_type,
      pattern: id,
      weight,
    })),
  );
}

function decodedEvidence(text: string, trust: Trust, nesting: number): Evidence[] {
  return decodedSegments(text).flatMap(({ encoding, start, end, text: decoded }) =>
    gather(decoded, trust, nesting + 1)
      .filter((item) => item.weight > 0)
      .map((item) => ({
        ...item,
        start,
        end,
        pattern: `${item.pattern}@${encoding}`,
        weight: item.weight + HIDDEN_BONUS,
      })),
  );
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
