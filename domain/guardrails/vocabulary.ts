import type { WordClass } from "./lexicon.ts";
import { LEXICON } from "./lexicon.ts";
import { normalize } from "./normalize.ts";
import type { Word } from "./sentences.ts";
import { parseWords } from "./sentences.ts";

/** A phrase of the lexicon found in a sentence: words `from` up to, not including, `to`. */
export interface Mention {
  readonly from: number;
  readonly to: number;
}

export type Mentions = ReadonlyMap<WordClass, readonly Mention[]>;

interface Phrase {
  readonly word_class: WordClass;
  /** A word with `*` at its end stands for all that start so. */
  readonly words: readonly string[];
}

/** Shorter words differ from too many others by one letter. */
const SHORTEST_TYPO = 6;
const SHORTEST_STEM = 4;
const LONGEST_COMPOUND = 120;

const PHRASES = compile();
const KNOWN_WORDS = new Set([...PHRASES.values()].flat().flatMap((phrase) => phrase.words));
const TYPOS = typos();

/** Finds the phrases of the lexicon, however their words are disguised. */
export class Vocabulary {
  readonly #readings = new Map<string, readonly string[]>();

  /** The words with compounds such as "ignoreallrules" taken apart. */
  separate(words: readonly Word[]): readonly Word[] {
    return words.some((word) => word.text.length >= 12)
      ? words.flatMap((word) =>
          takeApart(word.text).map((text, index) => ({
            ...word,
            text,
            opens_clause: word.opens_clause && index === 0,
          })),
        )
      : words;
  }

  mentions(words: readonly Word[]): Mentions {
    const found = new Map<WordClass, Mention[]>();
    for (let from = 0; from < words.length; from++) {
      for (const phrase of this.#phrasesAt(words, from)) {
        const mention = { from, to: from + phrase.words.length };
        const others = found.get(phrase.word_class);
        if (others === undefined) found.set(phrase.word_class, [mention]);
        else others.push(mention);
      }
    }
    return found;
  }

  *#phrasesAt(words: readonly Word[], from: number): Generator<Phrase> {
    for (const reading of this.#readingsOf(words[from]?.text ?? "")) {
      for (const start of startsOf(reading)) {
        for (const phrase of PHRASES.get(start) ?? []) {
          if (
            phrase.words.every((word, index) => index === 0 || this.#reads(words[from + index]?.text, word))
          ) {
            yield phrase;
          }
        }
      }
    }
  }

  #reads(text: string | undefined, word: string): boolean {
    if (text === undefined) return false;
    return this.#readingsOf(text).some((reading) =>
      word.endsWith("*") ? reading.startsWith(word.slice(0, -1)) : reading === word,
    );
  }

  /** The word itself, and what it stands for when digits replace letters or letters are out of place. */
  #readingsOf(text: string): readonly string[] {
    const known = this.#readings.get(text);
    if (known !== undefined) return known;
    const readings = new Set([text, ...leetReadings(text)]);
    if (text.length >= SHORTEST_TYPO - 1 && !KNOWN_WORDS.has(text)) {
      const meant = TYPOS.get(text) ?? TYPOS.get(scrambleKey(text));
      if (meant !== undefined) readings.add(meant);
    }
    this.#readings.set(text, [...readings]);
    return [...readings];
  }
}

function compile(): ReadonlyMap<string, readonly Phrase[]> {
  const byFirstWord = new Map<string, Phrase[]>();
  for (const [wordClass, lists] of Object.entries(LEXICON) as [WordClass, readonly string[]][]) {
    for (const phrase of new Set(lists.flatMap((list) => list.split(",")))) {
      const stem = phrase.trim().endsWith("*");
      const words = parseWords(normalize(phrase.replace("*", "")), false).words.map((word) => word.text);
      const patterns = words.map((word, index) => (stem && index === words.length - 1 ? `${word}*` : word));
      const first = patterns[0];
      if (first === undefined) continue;
      byFirstWord.set(first, [...(byFirstWord.get(first) ?? []), { word_class: wordClass, words: patterns }]);
    }
  }
  return byFirstWord;
}

function* startsOf(word: string): Generator<string> {
  yield word;
  for (let length = SHORTEST_STEM; length <= Math.min(word.length, 14); length++)
    yield `${word.slice(0, length)}*`;
}

/** "1gn0r3" reads "ignore": digits and signs stand for the letters they look like; 1 and | for i or l. */
function leetReadings(text: string): string[] {
  if (!/[0-9@$!|]/.test(text) || !/[a-z@$!|]/.test(text)) return [];
  const letters: Readonly<Record<string, string>> = {
    0: "o",
    3: "e",
    4: "a",
    5: "s",
    7: "t",
    8: "b",
    9: "g",
    "@": "a",
    $: "s",
  };
  const folded = text.replace(/[0345789@$]/g, (sign) => letters[sign] ?? sign);
  return [folded.replace(/[1!|]/g, "i"), folded.replace(/[1!|]/g, "l")];
}

/** Maps a word with one letter missing, or with its inner letters shuffled, to the word that was meant. */
function typos(): ReadonlyMap<string, string> {
  const meant = new Map<string, string>();
  for (const word of KNOWN_WORDS) {
    if (word.length < SHORTEST_TYPO || word.endsWith("*")) continue;
    meant.set(scrambleKey(word), word);
    for (let missing = 1; missing < word.length - 1; missing++) {
      meant.set(word.slice(0, missing) + word.slice(missing + 1), word);
    }
  }
  return meant;
}

/** The same for all words that differ only in the order of their inner letters. */
function scrambleKey(word: string): string {
  return `${word.slice(0, 1)}(${[...word.slice(1, -1)].sort().join("")})${word.slice(-1)}`;
}

/** Splits a long unknown word into known ones, or leaves it. Dynamic programming over its prefixes. */
function takeApart(text: string): readonly string[] {
  if (text.length < 12 || text.length > LONGEST_COMPOUND || KNOWN_WORDS.has(text)) return [text];
  const splits: (readonly string[] | undefined)[] = [[]];
  for (let end = 1; end <= text.length; end++) {
    for (let start = Math.max(0, end - 16); start < end; start++) {
      const before = splits[start];
      const word = text.slice(start, end);
      if (before !== undefined && KNOWN_WORDS.has(word)) {
        const split = [...before, word];
        const best = splits[end];
        if (best === undefined || split.length < best.length) splits[end] = split;
      }
    }
  }
  return splits[text.length] ?? [text];
}
