import { FRACTIONS, ORDINALS, readNumber, SCALES, scale } from "./number-words.ts";
import { type Lexeme, scan } from "./scan.ts";
import type { Meaning, Token } from "./tokens.ts";
import { FUNCTIONS, LONGEST_PHRASE, operator, PHRASES, SYMBOLS, WEAK_SYMBOLS } from "./vocabulary.ts";

export function tokenize(message: string): readonly Token[] {
  const lexemes = scan(message);
  const tokens: Token[] = [];
  let at = 0;
  while (at < lexemes.length) {
    const { tokens: read, length } = readToken(lexemes, at, tokens);
    tokens.push(...read);
    at += length;
  }
  return tokens;
}

interface Reading {
  readonly tokens: readonly Token[];
  /** How many lexemes it takes up. */
  readonly length: number;
}

function readToken(lexemes: readonly Lexeme[], at: number, before: readonly Token[]): Reading {
  const lexeme = lexemes[at];
  if (lexeme === undefined) return { tokens: [], length: 1 };
  switch (lexeme.type) {
    case "number":
      return readScaled(lexemes, at, lexeme);
    case "word":
      return readSpelledNumber(lexemes, at) ?? readPhrase(lexemes, at);
    case "symbol":
      return { tokens: [readSymbol(lexeme, lexemes[at + 1], before)], length: 1 };
    case "ordinal":
      return one({ type: "opaque" }, lexeme);
    case "opaque":
    case "break":
      return one({ type: lexeme.type }, lexeme);
    default:
      return lexeme satisfies never;
  }
}

/** "2.5 million" */
function readScaled(lexemes: readonly Lexeme[], at: number, number: Lexeme & { type: "number" }): Reading {
  const behind = lexemes[at + 1];
  const zeros = behind?.type === "word" ? SCALES.get(behind.text) : undefined;
  if (behind === undefined || zeros === undefined) {
    return { tokens: [{ ...number }], length: 1 };
  }
  const text = scale(number.text, zeros);
  return { tokens: [{ type: "number", text, raw: text, start: number.start, end: behind.end }], length: 2 };
}

function readSpelledNumber(lexemes: readonly Lexeme[], at: number): Reading | null {
  const words = wordsFrom(lexemes, at, 24);
  const number = readNumber(words);
  if (number === null) return null;
  const last = lexemes[at + number.length - 1];
  const { text, length } = number;
  return { tokens: [{ type: "number", text, raw: text, ...span(lexemes[at], last) }], length };
}

function readPhrase(lexemes: readonly Lexeme[], at: number): Reading {
  const words = wordsFrom(lexemes, at, LONGEST_PHRASE);
  const [first, word = ""] = [lexemes[at], words[0]];
  const power = readPowerPhrase(lexemes, at, words);
  if (power !== null) return power;
  for (let length = words.length; length > 0; length -= 1) {
    const meaning = PHRASES.get(words.slice(0, length).join(" "));
    if (meaning !== undefined) {
      return { tokens: [{ ...meaning, ...span(first, lexemes[at + length - 1]) }], length };
    }
  }
  const divisor = FRACTIONS.get(word);
  if (divisor !== undefined && words[1] === "of") {
    return { tokens: [{ type: "fraction", divisor, ...span(first, lexemes[at + 1]) }], length: 2 };
  }
  if (word === "pi") return one({ type: "number", text: "pi", raw: "pi" }, first);
  const behind = lexemes[at + 1];
  if (FUNCTIONS.has(word)) {
    const of = !isOpen(behind);
    return one({ type: "function", name: word, of }, first);
  }
  // "print(3 + 4)" is code.
  if (isOpen(behind) && behind.start === first?.end) {
    return { tokens: [{ type: "opaque", ...span(first, behind) }], length: 2 };
  }
  return one({ type: "word", text: word }, first);
}

/** "to the 10th (power)", "to the third power" */
function readPowerPhrase(lexemes: readonly Lexeme[], at: number, words: readonly string[]): Reading | null {
  if (words[0] !== "to" || words[1] !== "the") return null;
  const ordinal = lexemes[at + 2];
  const exponent = ordinal?.type === "ordinal" ? ordinal.text : ORDINALS.get(words[2] ?? "");
  if (exponent === undefined) return null;
  const behind = lexemes[at + 3];
  const length = behind?.type === "word" && behind.text === "power" ? 4 : 3;
  return { tokens: [{ type: "power", exponent, ...span(lexemes[at], lexemes[at + length - 1]) }], length };
}

function readSymbol(
  symbol: Lexeme & { type: "symbol" },
  behind: Lexeme | undefined,
  before: readonly Token[],
): Token {
  const { text, start, end, spaced, bullet } = symbol;
  const token = (meaning: Meaning): Token => ({ ...meaning, start, end });
  switch (text) {
    case "(":
      return token({ type: "open" });
    case ")":
      return token({ type: "close" });
    case ",":
      return token({ type: "comma" });
    case "=":
      return token({ type: "equals" });
    case ":":
      return token({ type: "colon" });
    case "√":
      return token({ type: "function", name: "sqrt", of: true });
    case "!":
      return token(
        isFactorial(symbol, behind, before) ? { type: "postfix", postfix: "factorial" } : { type: "break" },
      );
    case "%":
      return behind?.type === "number" && spaced
        ? token(operator("%", { weak: true }))
        : token({ type: "postfix", postfix: "percent" });
    default: {
      const binary = SYMBOLS[text];
      if (binary === undefined) return token({ type: "power", exponent: text.slice(1) });
      return token(
        operator(binary, { weak: WEAK_SYMBOLS.has(text), sign: binary === "-" && !spaced, bullet }),
      );
    }
  }
}

/**
 * "17 + 32!" is excitement; a factorial is glued to its operand, and the arithmetic goes on behind it or had
 * factorials before.
 */
function isFactorial({ start }: Lexeme, behind: Lexeme | undefined, before: readonly Token[]): boolean {
  const operand = before.at(-1);
  if (operand?.end !== start || (operand.type !== "number" && operand.type !== "close")) return false;
  const goesOn = behind?.type === "symbol" && behind.text !== "!" && behind.text !== ":";
  return goesOn || before.some((token) => token.type === "postfix" && token.postfix === "factorial");
}

function wordsFrom(lexemes: readonly Lexeme[], at: number, most: number): readonly string[] {
  const words: string[] = [];
  for (const lexeme of lexemes.slice(at, at + most)) {
    if (lexeme.type !== "word") break;
    words.push(lexeme.text);
  }
  return words;
}

function isOpen(lexeme: Lexeme | undefined): lexeme is Lexeme & { type: "symbol" } {
  return lexeme?.type === "symbol" && lexeme.text === "(";
}

function one(meaning: Meaning, lexeme: Lexeme | undefined): Reading {
  return { tokens: [{ ...meaning, ...span(lexeme, lexeme) } as Token], length: 1 };
}

function span(first: Lexeme | undefined, last: Lexeme | undefined) {
  return { start: first?.start ?? 0, end: last?.end ?? 0 };
}
