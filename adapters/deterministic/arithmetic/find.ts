import { write } from "./expression.ts";
import { type Parsed, parseAt, parseContinuation } from "./parse.ts";
import { tokenize } from "./tokenize.ts";
import type { Token } from "./tokens.ts";

/** Arithmetic that a message asks for, in the calculator's notation, and where in the message it stands. */
export interface FoundExpression {
  readonly expression: string;
  readonly start: number;
  readonly end: number;
}

interface Candidate extends Parsed {
  /** Index of its first token. */
  readonly first: number;
}

/** In longer messages, numbers are mostly part of what is told: there, arithmetic has to be asked for. */
const SHORT_MESSAGE = 300;
/** Beyond this nothing is looked for: nobody writes a calculation behind two pages of text. */
const LONGEST_MESSAGE = 4_000;

/** Right in front of arithmetic, these say that it is wanted. */
const CUES = new Set(
  "calculate compute evaluate solve calc whats what is much result value equals equal gives out add and then".split(
    " ",
  ),
);
/** Words that a sentence may hold around arithmetic without being about anything else. */
const FILLERS = new Set([
  ...CUES,
  ...(
    "the of to a an please pls can could would will you me us i my tell show give find get know want need like let lets " +
    "how many does do did make makes come comes be are was in for if when so ok okay well also now hi hello hey quick " +
    "question math maths sum total answer number exactly roughly thanks thank just it that this think figure whats up " +
    "ist macht ergibt wie viel wieviel combien font fait est cuánto cuanto es son quanto quanti fa " +
    "about by with from at cost costs pay paid have has got were sub then next or numbers expression following calculation"
  ).split(" "),
]);

/**
 * The arithmetic that a message asks for, in order, each once. Ranges, dates, versions and numbers that are
 * part of a name are left alone: what stands in front of the numbers has to allow for arithmetic, and signs
 * that have other uses ("3-4", "24/7") count only in a sentence that holds nothing else.
 * `previous`: the result of the turn before, for "and times 3?".
 */
export function findArithmetic(message: string, previous: string | null = null): readonly FoundExpression[] {
  if (message.length > LONGEST_MESSAGE) return [];
  const tokens = tokenize(message);
  const found = candidates(tokens, previous);
  const accepted = found.filter((candidate) =>
    isAskedFor(candidate, tokens, found, message.length <= SHORT_MESSAGE),
  );
  const all = accepted.length > 0 || previous === null ? accepted : continuation(tokens, previous);
  const expressions = all.map(({ expression, first, next }) => ({
    expression: write(expression),
    start: tokens[first]?.start ?? 0,
    end: tokens[next - 1]?.end ?? 0,
  }));
  return expressions.filter(
    ({ expression }, index) => expressions.findIndex((other) => other.expression === expression) === index,
  );
}

function candidates(tokens: readonly Token[], previous: string | null): readonly Candidate[] {
  const found: Candidate[] = [];
  let at = 0;
  while (at < tokens.length) {
    const parsed = parseAt(tokens, at, previous);
    if (parsed !== null) found.push({ ...parsed, first: at });
    at = parsed?.next ?? at + 1;
  }
  return found;
}

function isAskedFor(
  candidate: Candidate,
  tokens: readonly Token[],
  found: readonly Candidate[],
  short: boolean,
): boolean {
  const before = tokens[candidate.first - 1];
  if (before?.type === "equals" && !isOpening(tokens[candidate.first - 2])) return false;
  if (isAlone(candidate, tokens, found) || namesCalculator(candidate, tokens)) return true;
  if (!candidate.strong) return false;
  const cued = before?.type === "word" && CUES.has(before.text);
  return cued || (short && isOpening(before));
}

/** Nothing in front of arithmetic claims its numbers: "Node 20 + 22" is about Node. */
function isOpening(before: Token | undefined): boolean {
  switch (before?.type) {
    case undefined:
    case "break":
    case "comma":
    case "colon":
    case "equals":
    case "open":
    case "previous":
      return true;
    case "operator":
      return before.bullet;
    case "word":
      return FILLERS.has(before.text);
    default:
      return false;
  }
}

/** "Run 17 + 32 through the calculator" */
function namesCalculator({ first }: Candidate, tokens: readonly Token[]): boolean {
  const start = tokens.findLastIndex(({ type }, index) => index < first && type === "break") + 1;
  const length = tokens.slice(start).findIndex(({ type }) => type === "break");
  const sentence = tokens.slice(start, length < 0 ? tokens.length : start + length);
  return sentence.some((token) => token.type === "word" && token.text === "calculator");
}

/** The sentence holds arithmetic and filling words, nothing else. */
function isAlone(candidate: Candidate, tokens: readonly Token[], found: readonly Candidate[]): boolean {
  const within = (index: number) => found.some(({ first, next }) => index >= first && index < next);
  const isNeutral = (index: number) => {
    const token = tokens[index];
    if (token === undefined || within(index)) return true;
    if (token.type === "operator") return token.bullet;
    if (token.type === "word") return FILLERS.has(token.text);
    return ["previous", "comma", "colon", "equals"].includes(token.type) || isResult(tokens, index);
  };
  for (let index = candidate.first - 1; index >= 0 && tokens[index]?.type !== "break"; index -= 1) {
    if (!isNeutral(index)) return false;
  }
  for (let index = candidate.next; index < tokens.length && tokens[index]?.type !== "break"; index += 1) {
    if (!isNeutral(index)) return false;
  }
  return true;
}

/** The 49 in "is 17 + 32 = 49?" */
function isResult(tokens: readonly Token[], index: number): boolean {
  return tokens[index]?.type === "number" && tokens[index - 1]?.type === "equals";
}

/** A message that is nothing but an operator and its operand goes on with the previous result. */
function continuation(tokens: readonly Token[], previous: string): readonly Candidate[] {
  const first = tokens.findIndex((token) => token.type !== "word" || !FILLERS.has(token.text));
  if (first < 0) return [];
  const parsed = parseContinuation(withoutBullet(tokens, first), first, previous);
  if (parsed === null) return [];
  const rest = tokens.slice(parsed.next);
  const isAll = rest.every(
    (token) => token.type === "break" || (token.type === "word" && FILLERS.has(token.text)),
  );
  return isAll ? [{ ...parsed, first }] : [];
}

function withoutBullet(tokens: readonly Token[], at: number): readonly Token[] {
  return tokens.map((token, index) =>
    index === at && token.type === "operator" ? { ...token, bullet: false } : token,
  );
}
