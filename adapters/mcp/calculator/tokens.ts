import { CalculationError } from "./calculation-error.ts";

export type Operator = "+" | "-" | "*" | "/" | "%" | "^" | "!" | "√";

export type Token =
  | { readonly type: "number"; readonly text: string; readonly at: number }
  | { readonly type: "name"; readonly text: string; readonly at: number }
  | { readonly type: "operator"; readonly text: Operator; readonly at: number }
  | { readonly type: "punctuation"; readonly text: "(" | ")" | ","; readonly at: number }
  | { readonly type: "end"; readonly text: ""; readonly at: number };

/** Other ways people write the operators; each key stands alone for its value. */
const SPELLINGS: Readonly<Record<string, string>> = {
  "**": "^",
  "×": "*",
  "✕": "*",
  "·": "*",
  "⋅": "*",
  "∙": "*",
  "∗": "*",
  "÷": "/",
  "∕": "/",
  "⁄": "/",
  "−": "-",
  "–": "-",
  "—": "-",
  "²": "^2",
  "³": "^3",
  π: " pi ",
  "°": " deg ",
};

const SPELLING = /\*\*|[^\0-\x7f]/g;
const FULL_WIDTH = /[\uff01-\uff5e]/g;
const SPACE_BETWEEN_THOUSANDS = /(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))/g;

const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/y;
const NUMBER_WITH_THOUSANDS = /\d{1,3}(?:,\d{3})+(?!,?\d)(?:\.\d+)?/y;
const NAME = /[a-z][a-z0-9]*/y;

/**
 * Cuts an expression into tokens, the last of them `end`. Upper and lower case are the same. A comma in front of exactly
 * three digits separates thousands (1,234,567), but between the arguments of a function it separates those.
 */
export function tokenize(expression: string): readonly Token[] {
  const text = normalize(expression);
  const tokens: Token[] = [];
  /** For each open parenthesis: is it a function's? */
  const parentheses: boolean[] = [];
  let at = 0;

  while (at < text.length) {
    const char = text.charAt(at);
    if (/\s/.test(char)) {
      at += 1;
      continue;
    }
    const token = read(text, at, parentheses.at(-1) === true);
    if (token.text === "(") parentheses.push(tokens.at(-1)?.type === "name");
    if (token.text === ")") parentheses.pop();
    tokens.push({ ...token, text: token.text.replaceAll(/(?<=\d),/g, "") } as Token);
    at += token.text.length;
  }
  return [...tokens, { type: "end", text: "", at }];
}

function normalize(expression: string): string {
  return expression
    .replace(FULL_WIDTH, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
    .replace(SPACE_BETWEEN_THOUSANDS, "")
    .replace(SPELLING, (char) => SPELLINGS[char] ?? char)
    .replace(/\s*=\s*\??\s*$/, "")
    .toLowerCase();
}

function read(text: string, at: number, insideFunction: boolean): Token {
  const number =
    (insideFunction ? undefined : match(NUMBER_WITH_THOUSANDS, text, at)) ?? match(NUMBER, text, at);
  if (number !== undefined) return { type: "number", text: number, at };
  const name = match(NAME, text, at);
  if (name !== undefined) return { type: "name", text: name, at };
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
  switch (char) {
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
    case "^":
    case "!":
    case "√":
      return { type: "operator", text: char, at };
    case "(":
    case ")":
    case ",":
      return { type: "punctuation", text: char, at };
    default:
      throw new CalculationError(
        `"${char}" is not part of arithmetic; write numbers, + - * / % ^, parentheses and functions`,
      );
  }
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
