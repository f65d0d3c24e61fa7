const UNITS = "zero one two three four five six seven eight nine".split(" ");
const TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(" ");
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

const VALUES: ReadonlyMap<string, number> = new Map([
  ...UNITS.map((word, index) => [word, index] as const),
  ...TEENS.map((word, index) => [word, 10 + index] as const),
  ...TENS.map((word, index) => [word, 20 + 10 * index] as const),
]);

/** Powers of ten that a number in front of them is multiplied with; the value is the number of zeros. */
export const SCALES: ReadonlyMap<string, number> = new Map([
  ["hundred", 2],
  ["thousand", 3],
  ["million", 6],
  ["billion", 9],
  ["trillion", 12],
]);

/** "thirds" and "quarter" by what they divide by. */
export const FRACTIONS: ReadonlyMap<string, number> = new Map(
  "half:2 halves:2 third:3 thirds:3 quarter:4 quarters:4 fourth:4 fourths:4 fifth:5 fifths:5 sixth:6 sixths:6 eighth:8 eighths:8 tenth:10 tenths:10"
    .split(" ")
    .map((entry) => {
      const [word = "", divisor] = entry.split(":");
      return [word, Number(divisor)];
    }),
);

/** "third" → "3" */
export const ORDINALS: ReadonlyMap<string, string> = new Map(
  "second third fourth fifth sixth seventh eighth ninth tenth"
    .split(" ")
    .map((word, index) => [word, String(index + 2)]),
);

export function isNumberWord(word: string): boolean {
  return VALUES.has(word) || SCALES.has(word);
}

export interface SpelledNumber {
  /** In digits: "305", "2.5". */
  readonly text: string;
  /** How many of the words it takes up. */
  readonly length: number;
}

/**
 * Reads the longest English number that `words` (lower case) begin with: "three hundred and five",
 * "twelve thousand", "a hundred", "two point five"; null when they begin with none. "and" belongs to it
 * behind hundred, thousand … only: "five and six" are two numbers.
 */
export function readNumber(words: readonly string[]): SpelledNumber | null {
  const whole = readWhole(words);
  if (whole === null) return null;
  const digits = words[whole.length] === "point" ? readDigits(words.slice(whole.length + 1)) : "";
  if (digits === "") return whole;
  return { text: `${whole.text}.${digits}`, length: whole.length + 1 + digits.length };
}

function readWhole(words: readonly string[]): SpelledNumber | null {
  let total = 0;
  /** What was read since the last thousand, million … */
  let group = 0;
  let room = Number.POSITIVE_INFINITY;
  let scaleRoom = Number.POSITIVE_INFINITY;
  let length = 0;
  let at = 0;
  const isArticle = words[0] === "a" && SCALES.has(words[1] ?? "");
  if (isArticle) {
    group = 1;
    room = 1;
    at = 1;
  }
  for (; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const value = VALUES.get(word);
    const zeros = SCALES.get(word);
    if (value !== undefined) {
      // After "twenty" comes a unit, after "hundred" anything below it, after a unit nothing.
      if (value >= room || (value === 0 && length > 0)) break;
      group += value;
      room = value >= 20 ? 10 : 0;
    } else if (zeros === 2) {
      if (group === 0 || group >= 100) break;
      group *= 100;
      room = 100;
    } else if (zeros !== undefined) {
      if (group === 0 || zeros >= scaleRoom) break;
      total += group * 10 ** zeros;
      group = 0;
      room = Number.POSITIVE_INFINITY;
      scaleRoom = zeros;
    } else if (word === "and" && room >= 100 && length > 0 && VALUES.has(words[at + 1] ?? "")) {
      continue;
    } else {
      break;
    }
    length = at + 1;
  }
  return length === 0 ? null : { text: String(total + group), length };
}

function readDigits(words: readonly string[]): string {
  const end = words.findIndex((word) => !UNITS.includes(word));
  return words
    .slice(0, end < 0 ? words.length : end)
    .map((word) => UNITS.indexOf(word))
    .join("");
}

/** `text` with its decimal point moved `zeros` places to the right: ("2.5", 6) is "2500000". */
export function scale(text: string, zeros: number): string {
  const [whole = "", decimals = ""] = text.split(".");
  const shifted = decimals.padEnd(zeros, "0");
  const rest = shifted.slice(zeros);
  const digits = `${whole}${shifted.slice(0, zeros)}`.replace(/^0+(?=\d)/, "");
  return rest === "" ? digits : `${digits}.${rest}`;
}
