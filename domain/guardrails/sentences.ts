import { normalize } from "./normalize.ts";

export interface Word {
  readonly text: string;
  /** Nothing but a break (start, comma, colon, bracket, quotation mark …) stands before it. */
  readonly opens_clause: boolean;
  /** Inside quotation marks or backticks. */
  readonly quoted: boolean;
}

/** A sentence of a text: `start` and `end` are offsets into that text, the words are normalised. */
export interface Sentence {
  readonly start: number;
  readonly end: number;
  readonly words: readonly Word[];
}

/** A sentence without an end (logs, minified code) is cut here, so that a finding never spans a page. */
const LONGEST_SENTENCE = 400;

const QUOTATIONS =
  /"[^"\n]{2,300}"|“[^”\n]{2,300}”|„[^“”"\n]{2,300}[“”"]|«[^»\n]{2,300}»|(?<!`)`[^`\n]{2,300}`(?!`)|(?<![\p{L}\p{N}])['‘][^'’\n]{2,300}['’](?![\p{L}\p{N}])/gu;
const OPENING = "\u27e6";
const CLOSING = "\u27e7";

const SENTENCE_ENDS =
  /[.!?…]+["'”’»)\]\u27e7]*(?=\s|$)|[。！？]|;(?=\s)|\n[ \t]*(?=\n)|\n(?=[ \t]*(?:[-*+•#>|"=%<{}]|\/\/|\d+[.)]|```|\p{Lu}[\p{L} ]{0,24}:))/gu;

const TOKENS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]|[^\s\p{P}\p{S}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+(?:[@$!|]+[\p{L}\p{N}]+)*|[@$!|]+(?=[\p{L}\p{N}])[\p{L}\p{N}@$!|]*|[^\s]/gu;
const ASCII_TOKENS = /[a-z0-9]+(?:[@$!|]+[a-z0-9]+)*|[@$!|]+[a-z0-9][a-z0-9@$!|]*|[^\s]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is the range of ASCII
const ASCII = /^[\x00-\x7f]*$/;
const WORD = /[\p{L}\p{N}]/u;
/** Marks that join rather than break: "re-read", "and/or", "the *whole* text", "tasks_so_far". */
const JOINING = new Set(["-", "/", "*", "_", "~", "'", "’", "%", "+", "&", "^"]);

export function splitSentences(text: string): Sentence[] {
  const marked = markQuotations(text);
  const sentences: Sentence[] = [];
  let quoted = false;
  let start = 0;
  for (const end of sentenceEnds(marked)) {
    const parsed = parseWords(normalize(marked.slice(start, end)), quoted);
    if (parsed.words.length > 0) sentences.push({ start, end, words: parsed.words });
    quoted = parsed.still_quoted;
    start = end;
  }
  return sentences;
}

/** Puts ⟦ and ⟧ in the place of each pair of quotation marks; a text that is one whole quotation is none. */
function markQuotations(text: string): string {
  return text.replace(QUOTATIONS, (quotation) =>
    quotation.length > text.trim().length * 0.8 ? quotation : OPENING + quotation.slice(1, -1) + CLOSING,
  );
}

function* sentenceEnds(text: string): Generator<number> {
  let start = 0;
  for (const match of text.matchAll(SENTENCE_ENDS)) {
    const end = match.index + match[0].length;
    yield* cuts(text, start, end);
    yield end;
    start = end;
  }
  yield* cuts(text, start, text.length);
  if (start < text.length) yield text.length;
}

function* cuts(text: string, start: number, end: number): Generator<number> {
  let from = start;
  while (end - from > LONGEST_SENTENCE) {
    const stretch = text.slice(from, from + LONGEST_SENTENCE);
    const last = Math.max(stretch.lastIndexOf("\n"), stretch.lastIndexOf(" "));
    from += last > 0 ? last + 1 : LONGEST_SENTENCE;
    yield from;
  }
}

/** The words of a normalised text, with the marks between them told by what they do to the words. */
export function parseWords(
  normalized: string,
  quotedBefore: boolean,
): { words: Word[]; still_quoted: boolean } {
  const words: Word[] = [];
  let quoted = quotedBefore;
  let opensClause = true;
  for (const token of normalized.match(ASCII.test(normalized) ? ASCII_TOKENS : TOKENS) ?? []) {
    if (WORD.test(token)) {
      words.push({ text: token, opens_clause: opensClause, quoted });
      opensClause = false;
    } else {
      if (token === OPENING) quoted = true;
      if (token === CLOSING) quoted = false;
      opensClause ||= !JOINING.has(token);
    }
  }
  return { words, still_quoted: quoted };
}
