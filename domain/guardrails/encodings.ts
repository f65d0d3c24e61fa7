import { matchesIn } from "../matches.ts";
import { hiddenText } from "./hidden-characters.ts";

export type Encoding = "base64" | "hex" | "escapes" | "rot13" | "reversed" | "tags";

/** A stretch of a text that says something else once decoded. Offsets count UTF-16 units of the text. */
export interface DecodedSegment {
  readonly encoding: Encoding;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Words worth looking for in texts that are written backwards or rotated; nothing else is tried there. */
const TELLTALES = ["ignor", "instruct", "prompt", "system", "previous", "reveal", "forget", "disregard"];

const BASE64 = /[A-Za-z0-9+/_-]{16,}(?:\r?\n[A-Za-z0-9+/_-]{4,})*={0,2}/g;
const HEX = /(?<![0-9a-z])(?:(?:0x|\\x)?[0-9a-f]{2}[ :,-]?){10,}/gi;
/** `\u0069`, `\x69`, `&#x69;`, `&#105;` and `%69`. */
const ESCAPE = /\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|&#x([0-9a-f]{2,5});|&#([0-9]{2,6});|((?:%[0-9a-f]{2})+)/i;
const ESCAPES = new RegExp(ESCAPE.source, "gi");
const ROTATED = anyOf(TELLTALES.map(rot13));
const REVERSED = anyOf(TELLTALES.map(reverse));

/** Every readable text that is hidden in `text` by an encoding, one level deep. Time is linear. */
export function decodedSegments(text: string): DecodedSegment[] {
  const hidden = hiddenText(text);
  return [
    ...decodeMatches(text, "base64", BASE64, (match) => utf8(base64Bytes(match))),
    ...decodeMatches(text, "hex", HEX, (match) => utf8(hexBytes(match))),
    ...decodeLines(text, "escapes", ESCAPE, decodeEscapes),
    ...decodeLines(text, "rot13", ROTATED, rot13),
    ...decodeLines(text, "reversed", REVERSED, reverse),
    ...(hidden === "" ? [] : [{ encoding: "tags" as const, start: 0, end: text.length, text: hidden }]),
  ];
}

function decodeMatches(
  text: string,
  encoding: Encoding,
  pattern: RegExp,
  decode: (match: string) => string,
): DecodedSegment[] {
  const segments: DecodedSegment[] = [];
  for (const match of matchesIn(text, pattern)) {
    const decoded = decode(match[0]);
    if (isReadable(decoded)) {
      segments.push({ encoding, start: match.index, end: match.index + match[0].length, text: decoded });
    }
  }
  return segments;
}

function decodeLines(
  text: string,
  encoding: Encoding,
  telltale: RegExp,
  decode: (line: string) => string,
): DecodedSegment[] {
  if (!telltale.test(text)) return [];
  return [...text.matchAll(/[^\n]+/g)]
    .filter(([line]) => telltale.test(line))
    .map((match) => ({
      encoding,
      start: match.index,
      end: match.index + match[0].length,
      text: decode(match[0]),
    }));
}

/** Bytes that happen to decode give mostly signs and lone letters; text is mostly letters and spaces. */
function isReadable(text: string): boolean {
  if (text.length < 8 || text.includes("\ufffd")) return false;
  const letters = text.match(/[\p{L}\p{N} .,;:!?'"\n-]/gu)?.length ?? 0;
  return letters / text.length > 0.85 && /\p{L}{3}/u.test(text);
}

const BASE64_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function base64Bytes(encoded: string): number[] {
  const bytes: number[] = [];
  let bits = 0;
  let width = 0;
  for (const character of encoded) {
    // The URL-safe alphabet writes - and _ for the last two digits.
    const digit = BASE64_DIGITS.indexOf(character === "-" ? "+" : character === "_" ? "/" : character);
    if (digit < 0) continue;
    bits = ((bits << 6) | digit) & 0xffff;
    width += 6;
    if (width >= 8) {
      width -= 8;
      bytes.push((bits >> width) & 0xff);
    }
  }
  return bytes;
}

function hexBytes(encoded: string): number[] {
  return (encoded.replace(/0x|\\x/gi, "").match(/[0-9a-f]{2}/gi) ?? []).map((pair) =>
    Number.parseInt(pair, 16),
  );
}

function decodeEscapes(encoded: string): string {
  return encoded.replace(
    ESCAPES,
    (_, unicode?: string, byte?: string, hex?: string, decimal?: string, percent?: string) => {
      if (percent !== undefined) return utf8(hexBytes(percent));
      const point =
        decimal === undefined ? Number.parseInt(unicode ?? byte ?? hex ?? "", 16) : Number(decimal);
      return String.fromCodePoint(Math.min(point, 0xffff));
    },
  );
}

/** UTF-8 to text; U+FFFD stands for each byte that is not well-formed. */
function utf8(bytes: readonly number[]): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const length =
      lead < 0x80 ? 1 : lead >= 0xf0 && lead < 0xf8 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    const tail = bytes.slice(at + 1, at + length);
    const wellFormed = length > 0 && tail.length === length - 1 && tail.every((byte) => byte >> 6 === 0b10);
    const first = length === 1 ? lead : lead & (0xff >> (length + 1));
    const point = wellFormed ? tail.reduce((value, byte) => (value << 6) | (byte & 0x3f), first) : 0xfffd;
    text += String.fromCodePoint(Math.min(point, 0x10ffff));
    at += wellFormed ? length : 1;
  }
  return text;
}

function rot13(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const base = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}

function reverse(text: string): string {
  return [...text].reverse().join("");
}

function anyOf(words: readonly string[]): RegExp {
  return new RegExp(words.join("|"), "i");
}
