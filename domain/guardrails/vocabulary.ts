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
const LONGEST_TYPO = 20;
const SHORTEST_STEM = 4;
const LONGEST_STEM = 14;
const SHORTEST_COMPOUND = 12;
const LONGEST_COMPOUND = 120;

const PHRASES = compile();
const KNOWN_WORDS = new Set([...PHRASES.values()].flat().flatMap((phrase) => phrase.words));
const TYPOS = typos();

/** What is known of a word: looked up once for each different word of a text. */
interface Entry {
  /** The word itself, and what it stands for when digits replace letters or letters are out of place. */
  readonly readings: readonly string[];
  /** The phrases that one of its readings begins. */
  readonly phrases: readonly Phrase[];
  /** The words it is made of, when it is several written as one. */
  readonly parts: readonly string[] | null;
}

/** Finds the phrases of the lexicon, however their words are disguised. Made for one text. */
export class Vocabulary {
  readonly #entries = new Map<string, Entry>();

  /** The words with compounds such as "ignoreallrules" taken apart. */
  separate(words: readonly Word[]): readonly Word[] {
    if (!words.some(({ text }) => this.#entry(text).parts !== null)) return words;
    return words.flatMap((word) =>
      (this.#entry(word.text).parts ?? [word.text]).map((text, index) => ({
        ...word,
        text,
        opens_clause: word.opens_clause && index === 0,
      })),
    );
  }

  mentions(words: readonly Word[]): Mentions {
    const found = new Map<WordClass, Mention[]>();
    const entries = words.map(({ text }) => this.#entry(text));
    for (const [from, { phrases }] of entries.entries()) {
      for (const phrase of phrases) {
        if (!continues(phrase, entries, from)) continue;
        const mention = { from, to: from + phrase.words.length };
        const others = found.get(phrase.word_class);
        if (others === undefined) found.set(phrase.word_class, [mention]);
        else others.push(mention);
      }
    }
    return found;
  }

  #entry(text: string): Entry {
    const known = this.#entries.get(text);
    if (known !== undefined) return known;
    const readings = readingsOf(text);
    const phrases = readings.flatMap((reading) =>
      startsOf(reading).flatMap((start) => PHRASES.get(start) ?? []),
    );
    const entry = { readings, phrases, parts: takeApart(text) };
    this.#entries.set(text, entry);
    return entry;
  }
}

/** Whether the words after `from` are those of the phrase. */
function continues({ words }: Phrase, entries: readonly Entry[], from: number): boolean {
  for (let index = 1; index < words.length; index++) {
    const word = words[index] ?? "";
    const readings = entries[from + index]?.readings ?? [];
    const stem = word.endsWith("*") ? word.slice(0, -1) : null;
    if (!readings.some((reading) => (stem === null ? reading === word : reading.startsWith(stem))))
      return false;
  }
  return true;
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

/** The first words of phrases that a word can be: itself and its stems. */
function startsOf(word: string): readonly string[] {
  const starts = [word];
  for (let length = SHORTEST_STEM; length <= Math.min(word.length, LONGEST_STEM); length++) {
    starts.push(`${word.slice(0, length)}*`);
  }
  return starts;
}

function readingsOf(text: string): readonly string[] {
  const readings = new Set([text, ...leetReadings(text)]);
  if (text.length >= SHORTEST_TYPO - 1 && text.length <= LONGEST_TYPO && !KNOWN_WORDS.has(text)) {
    const meant = TYPOS.get(text) ?? TYPOS.get(scrambleKey(text));
    if (meant !== undefined) readings.add(meant);
  }
  return [...readings];
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

/** The known words that a long unknown word is made of, if it is. Dynamic programming over its prefixes. */
function takeApart(text: string): readonly string[] | null {
  if (text.length < SHORTEST_COMPOUND || text.length > LONGEST_COMPOUND || KNOWN_WORDS.has(text)) return null;
  const splits: (readonly string[] | undefined)[] = [[]];
  for (let end = 1; end <= text.length; end++) {
    for (let start = Math.max(0, end - LONGEST_STEM - 2); start < end; start++) {
      const before = splits[start];
      if (before === undefined) continue;
      const word = text.slice(start, end);
      const best = splits[end];
      if (KNOWN_WORDS.has(word) && (best === undefined || before.length + 1 < best.length)) {
        splits[end] = [...before, word];
      }
    }
  }
  return splits[text.length] ?? null;
}
