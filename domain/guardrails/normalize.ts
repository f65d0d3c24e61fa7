import { CONFUSABLES } from "./confusables.ts";
import { stripHidden } from "./hidden-characters.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: this is the range of ASCII
const ASCII = /^[\x00-\x7f]*$/;
const JOINERS = /[\u200c\u200d]/g;
const MARKS = /\p{M}+/gu;
const BEYOND_ASCII = /[^\p{ASCII}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;

/** Five or more single letters in a row, each set apart by up to three separators: "i g n o r e". */
const SPACED_LETTERS = /(?<![\p{L}\p{N}])\p{L}(?:[ \t.\-_*·,|/]{1,3}\p{L}(?![\p{L}\p{N}])){4,}/gu;

/**
 * The text as it reads to the eye, for inspection only: compatibility forms folded (NFKD), hidden
 * characters, accents and stacked marks removed, look-alike letters made Latin, lower case,
 * apostrophes dropped ("don't" is "dont") and spaced-out letters joined. Never shown to anyone.
 */
export function normalize(text: string): string {
  const folded = (ASCII.test(text) ? text : foldUnicode(text)).toLowerCase();
  return joinSpacedLetters(folded.replace(/(?<=\p{L})['’‘`´](?=\p{L})/gu, ""));
}

function foldUnicode(text: string): string {
  return stripHidden(text)
    .replace(JOINERS, "")
    .normalize("NFKD")
    .replace(MARKS, "")
    .toLowerCase()
    .replace(BEYOND_ASCII, (letter) => CONFUSABLES.get(letter) ?? letter);
}

/**
 * Where the gaps differ ("i g n o r e   a l l", "a.l.l r.u.l.e.s"), the rarer, wider ones part the words;
 * where they are all alike, the letters become one long word, which `vocabulary.ts` takes apart.
 */
function joinSpacedLetters(text: string): string {
  return text.replace(SPACED_LETTERS, (run) => {
    const gaps = run.match(/[^\p{L}]+/gu) ?? [];
    const narrow = gaps.reduce((least, gap) => (weight(gap) < weight(least) ? gap : least));
    return run.replace(/[^\p{L}]+/gu, (gap) => (weight(gap) > weight(narrow) ? " " : ""));
  });
}

/** Spaces part more than a dot or a dash does, and more of them part more. */
function weight(gap: string): number {
  return gap.length + (gap.match(/[ \t]/g)?.length ?? 0);
}
