import { isNumberWord } from "./number-words.ts";

/** A piece of a message, with its place in it. Words are lower case, without apostrophes. */
export type Lexeme = { readonly start: number; readonly end: number } & (
  | { readonly type: "number"; readonly text: string; readonly raw: string }
  | { readonly type: "ordinal"; readonly text: string }
  | { readonly type: "word"; readonly text: string }
  /** What is no word and no number: a path, a version, a date, an identifier. */
  | { readonly type: "opaque" }
  /** `spaced`: with a space behind it; `bullet`: a list marker as far as its place tells. */
  | { readonly type: "symbol"; readonly text: string; readonly spaced: boolean; readonly bullet: boolean }
  /** The end of a sentence or line. */
  | { readonly type: "break" }
);

/** Dates, times, versions, phone numbers, hexadecimal numbers, codes with leading zeros: digits, yet no arithmetic. */
const NOT_A_NUMBER = new RegExp(
  [
    "\\d{4}-\\d{1,2}-\\d{1,2}",
    "\\d{1,2}[/.]\\d{1,2}[/.]\\d{4}",
    "\\d{1,2}:\\d{2}(?::\\d{2})?",
    "\\d+(?:\\.\\d+){2,}(?:-[\\w.]+)?",
    "\\+?\\(?\\d{3}\\)?[-. ]\\d{3}[-.]\\d{4}",
    "0x[0-9a-f]+",
    "(?:\\d+[-/])+0\\d+(?:[-/]\\d+)*",
    "0\\d+(?:[-/]\\d+)+",
    "#\\d+",
  ]
    .map((pattern) => `(?:${pattern})(?![\\p{L}\\p{N}_])`)
    .join("|"),
  "iuy",
);
const THOUSANDS = /\d{1,3}(?:(,|['’_\u00a0\u202f\u2009 ])\d{3})(?:\1\d{3})*(?!\d)(?:\.\d+)?(?!,\d)/y;
const DOTTED_THOUSANDS = /\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?(?![.\d])|\d{1,3}(?:\.\d{3})+,\d+(?![.,]?\d)/y;
const DECIMAL_COMMA = /\d+,\d+(?![,\d])/y;
const PLAIN = /\d+(?:\.\d+)?(?:e[+-]?\d+(?![\p{L}\d]))?|\.\d+/iuy;
const ORDINAL = /(\d+)(?:st|nd|rd|th)(?![\p{L}\p{N}])/iuy;
const LETTERS = /\p{L}[\p{L}\p{M}]*(?:['’]\p{L}+)*/uy;
/** Two number words joined by a hyphen, as in "thirty-two". */
const HYPHENATED = /-(\p{L}+)/uy;
/** What makes a word part of something longer: "v1.2-3", "src/17", "GPT-4", "a=3", "x_1", "http://…". */
const TAIL = /(?:[-/\\@#&_~.:=]+[\p{L}\p{N}_]|[\p{N}_]|:\/\/)[^\s()]*/uy;
const GLUED = /[\p{L}_]/u;

const SYMBOLS = new Set(["**", ..."+-−–—*×✕·⋅÷/⁄∕^%()√,=!:"]);
const SENTENCE_ENDS = /[.?;。？\n\r]/;
/** Quotation marks, currencies, emoji: they neither part nor join. */
const DECORATION = /["'“”‘’„«»`…¿¡]|\p{Sc}|\p{So}|\p{Sk}|\p{M}|\p{Cf}/u;

/** "calculate:17+32" is no host with a port. */
const INTRODUCES = new Set(["calculate", "compute", "evaluate", "solve", "is", "and", "result", "please"]);
/** Digits of other scripts start at these code points. */
const ZEROS = [0xff10, 0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50];
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

export function scan(message: string): readonly Lexeme[] {
  const text = foldDigits(message);
  const lexemes: Lexeme[] = [];
  let at = 0;
  while (at < text.length) {
    const lexeme = next(text, at);
    if (lexeme !== null) lexemes.push(lexeme);
    at = lexeme?.end ?? at + 1;
  }
  return lexemes;
}

/** Digits of any script become ASCII's, one code unit for one, so that offsets stay. */
function foldDigits(message: string): string {
  return message.replace(/[^\0-\x7f]/g, (char) => {
    const code = char.charCodeAt(0);
    const zero = ZEROS.find((candidate) => code >= candidate && code < candidate + 10);
    if (zero !== undefined) return String(code - zero);
    return code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : char;
  });
}

function next(text: string, at: number): Lexeme | null {
  const char = text.charAt(at);
  if (/[\d.#+(]/.test(char)) {
    const number = numberAt(text, at);
    if (number !== null) return number;
  }
  if (isTimesSign(text, at)) {
    return { type: "symbol", text: "x", start: at, end: at + 1, spaced: false, bullet: false };
  }
  const letters = match(LETTERS, text, at);
  if (letters !== null) return wordAt(text, at, letters);
  if (/\s/.test(char)) return /[\n\r]/.test(char) ? { type: "break", start: at, end: at + 1 } : null;
  return symbolAt(text, at);
}

function numberAt(text: string, at: number): Lexeme | null {
  const other = match(NOT_A_NUMBER, text, at);
  if (other !== null && match(DOTTED_THOUSANDS, text, at) === null)
    return { type: "opaque", start: at, end: at + other.length };
  const ordinal = match(ORDINAL, text, at);
  if (ordinal !== null) {
    return { type: "ordinal", text: ordinal.replace(/\D/g, ""), start: at, end: at + ordinal.length };
  }
  const raw =
    match(DOTTED_THOUSANDS, text, at) ??
    match(THOUSANDS, text, at) ??
    match(DECIMAL_COMMA, text, at) ??
    match(PLAIN, text, at);
  if (raw === null) return null;
  const end = at + raw.length;
  const glued = GLUED.test(text.charAt(end)) && !isTimesSign(text, end);
  if (glued || /^-\p{L}/u.test(text.slice(end, end + 2))) {
    return { type: "opaque", start: at, end: end + (/^[^\s()]*/.exec(text.slice(end))?.[0].length ?? 0) };
  }
  return { type: "number", text: inPlainDigits(raw), raw, start: at, end };
}

/** "1,234.5", "1.234,5" and "19,99" with a decimal point and nothing else between the digits. */
function inPlainDigits(raw: string): string {
  const thousandsByComma = /^\d{1,3}(?:,\d{3})+(?:\.|$)/.test(raw);
  const thousandsByPoint = !thousandsByComma && /,|\..*\./.test(raw);
  return (thousandsByPoint ? raw.replaceAll(".", "").replace(",", ".") : raw.replaceAll(",", ""))
    .replace(/['’_\s]/g, "")
    .replace(/^\./, "0.")
    .replace(/^0+(?=\d)/, "");
}

/** The x in "5 x 6" and "5x6". */
function isTimesSign(text: string, at: number): boolean {
  return (
    /^x$/i.test(text.charAt(at)) &&
    /[\d)]\s?$/.test(text.slice(Math.max(0, at - 2), at)) &&
    /^\s?[\d(.-]/.test(text.slice(at + 1, at + 3))
  );
}

function wordAt(text: string, at: number, letters: string): Lexeme {
  const word = letters.toLowerCase().replace(/['’]/g, "");
  const end = at + letters.length;
  const joined = match(HYPHENATED, text, end);
  const isNumber = joined !== null && isNumberWord(word) && isNumberWord(joined.slice(1).toLowerCase());
  const isIntroduction = text.charAt(end) === ":" && INTRODUCES.has(word);
  const tail = isNumber || isIntroduction ? null : match(TAIL, text, end);
  if (tail !== null) return { type: "opaque", start: at, end: end + tail.length };
  // The hyphen of "thirty-two" goes with its first word.
  return { type: "word", text: word, start: at, end: isNumber ? end + 1 : end };
}

function symbolAt(text: string, at: number): Lexeme | null {
  const power = superscripts(text, at);
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const symbol = text.startsWith("**", at) ? "**" : power === "" ? char : text.slice(at, at + power.length);
  const place = { start: at, end: at + symbol.length };
  if (power !== "") return { type: "symbol", text: `^${power}`, ...place, spaced: false, bullet: false };
  if (SENTENCE_ENDS.test(symbol)) return { type: "break", ...place };
  if (SYMBOLS.has(symbol)) {
    const spaced = /^(?:\s|$)/.test(text.slice(place.end, place.end + 1));
    const bullet = spaced && /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, at - 20), at));
    return { type: "symbol", text: symbol, ...place, spaced, bullet };
  }
  return DECORATION.test(symbol) ? null : { type: "opaque", ...place };
}

function superscripts(text: string, at: number): string {
  let digits = "";
  while (SUPERSCRIPTS.includes(text.charAt(at + digits.length)) && text.charAt(at + digits.length) !== "") {
    digits += SUPERSCRIPTS.indexOf(text.charAt(at + digits.length));
  }
  return digits;
}

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}
