import type { Passage } from "./passages.ts";

const TIME = "milliseconds?|ms|seconds?|minutes?|hours?|days?|weeks?|months?|years?";
const SIZE = "[KMGT]i?B|bytes?|characters?|letters|digits|words|lines|tokens|entries";
/** In what answers tell an amount, by what the question asks for; the first that fits counts. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/\bhow (?:quickly|soon|old|fast)\b|\btime-?out\b/i, TIME],
  [/\bhow long\b/i, `${TIME}|${SIZE}`],
  [/\bhow (?:large|big|small|short|wide)\b|\b(?:size|length)\b/i, SIZE],
  [/\bhow (?:often|frequently)\b/i, `times|${TIME}`],
];
const COUNTED = /\bhow (?:many|much) (?<unit>\p{L}{3,})/iu;
const WANTS_NUMBER = /\bhow (?:many|much|large|big|small)\b|\bwhat number\b/i;
const EXTENT = /\bhow (?:long|large|big|fast|far|old|quickly|soon|small|short|high|deep|wide)\b/gi;
const NUMBER =
  /(?<![\w#-])\d|\b(?:no|none|one|two|three|four|five|six|seven|eight|nine|ten|twelve|hundred|thousand)\b/i;
/** Words that may stand between a number and its unit: "five of the best chunks". */
const BETWEEN = 3;

/** "How many": what holds no number is no answer. */
export function wantsNumber(question: string): boolean {
  return WANTS_NUMBER.test(question);
}

/** The unit in which an answer tells the amount, as a pattern; null when the question asks for none. */
export function unitOf(question: string): RegExp | null {
  const counted = COUNTED.exec(question)?.groups?.unit;
  const unit = UNITS.find(([asked]) => asked.test(question))?.[1] ?? counted?.replace(/e?s$/i, "(?:e?s)?");
  return unit === undefined ? null : new RegExp(`\\b(?:${unit})\\b`, "i");
}

/** The question without the adjective that asks for an amount: "how long" looks for no "long". */
export function withoutExtent(question: string): string {
  return question.replace(EXTENT, "how");
}

/** Whether a text holds a number, in digits or words. */
export function holdsNumber(text: string): boolean {
  return NUMBER.test(text);
}

/** Whether a number stands in front of the unit, as in "24 hours"; in a row they may stand in two cells. */
export function holdsAmount({ kind, text }: Passage, unit: RegExp): boolean {
  if (kind === "row") return NUMBER.test(text) && unit.test(text);
  const words = text.split(/[\s–-]+/);
  return words.some(
    (word, at) => NUMBER.test(word) && words.slice(at + 1, at + 1 + BETWEEN).some((next) => unit.test(next)),
  );
}
