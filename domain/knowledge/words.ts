/** Letters and digits, with apostrophes inside ("don't"). Anything else separates words, underscores too. */
const WORD = /[\p{L}\p{N}\p{M}]+(?:['’][\p{L}\p{M}]+)*/gu;
const POSSESSIVE = /['’]s$/i;
const APOSTROPHE = /['’]/g;
const CAMEL_CASE = /\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}/u;
const CAMEL_PARTS = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is the range of ASCII
const ASCII = /^[\x00-\x7f]*$/;
const LATIN_ACCENTS = /[\u0300-\u036f]/g;
/** Scripts that put no spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const SEGMENTER = new Intl.Segmenter("und", { granularity: "word" });

/**
 * The words of a text in the form in which they are compared: lower case, without accents and possessives.
 * Identifiers yield themselves and their parts, so that "RunSession" is found as "run session" too.
 */
export function words(text: string): string[] {
  return (foldAccents(text).match(WORD) ?? []).flatMap(forms);
}

function forms(word: string): string[] {
  const bare = word.replace(POSSESSIVE, "").replace(APOSTROPHE, "");
  if (UNSPACED.test(bare)) return segments(bare);
  if (!CAMEL_CASE.test(bare)) return [bare.toLowerCase()];
  return [bare, ...(bare.match(CAMEL_PARTS) ?? [])].map((part) => part.toLowerCase());
}

function segments(run: string): string[] {
  return [...SEGMENTER.segment(run)].map(({ segment }) => segment.toLowerCase());
}

function foldAccents(text: string): string {
  if (ASCII.test(text)) return text;
  return text.normalize("NFKD").replace(LATIN_ACCENTS, "").normalize("NFKC");
}
