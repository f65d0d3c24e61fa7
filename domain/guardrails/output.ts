import { extractCitations } from "../knowledge/citations.ts";
import { carryingImages } from "./links.ts";
import { normalize } from "./normalize.ts";
import { secretPatterns } from "./secrets.ts";
import type { Confidence, ThreatType } from "./types.ts";

/** Something in an answer that should not be there; `notes` names it without repeating it. */
export interface OutputFinding {
  readonly threat_type: Extract<
    ThreatType,
    "secret_leak" | "system_prompt_leak" | "invalid_citation" | "data_exfiltration"
  >;
  readonly confidence: Confidence;
  readonly notes: string;
}

export interface OutputExpectations {
  /** Values that must not be shown, such as API keys. */
  readonly secrets: readonly string[];
  readonly system_prompt: string;
  readonly valid_chunk_ids: ReadonlySet<string>;
}

/**
 * An answer that shares a run of this many words with the instructions quotes them. Shorter runs are
 * shared by chance, or are sentences the instructions ask for, as the one that says "I don't know".
 */
const QUOTED_WORDS = 14;

/** What is wrong with an answer; empty when nothing is. */
export function inspectOutput(text: string, expected: OutputExpectations): OutputFinding[] {
  const found: OutputFinding[] = [];
  const secrets = text.match(secretPatterns(expected.secrets).all)?.length ?? 0;
  if (secrets > 0) {
    found.push({ threat_type: "secret_leak", confidence: "high", notes: `${secrets} secrets in the answer` });
  }
  const words = wordsOf(text);
  const shared = words.length < QUOTED_WORDS ? 0 : longestSharedRun(words, wordsOf(expected.system_prompt));
  if (shared >= QUOTED_WORDS) {
    const notes = `${shared} words in a row are those of the instructions`;
    found.push({ threat_type: "system_prompt_leak", confidence: "high", notes });
  }
  const invalid = new Set(extractCitations(text)).difference(expected.valid_chunk_ids);
  if (invalid.size > 0) {
    const notes = `cites what was not retrieved: ${[...invalid].join(", ")}`;
    found.push({ threat_type: "invalid_citation", confidence: "high", notes });
  }
  const images = carryingImages(text).length;
  if (images > 0) {
    const notes = `${images} images whose address carries data`;
    found.push({ threat_type: "data_exfiltration", confidence: "medium", notes });
  }
  return found;
}

function wordsOf(text: string): string[] {
  return normalize(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The length, in words, of the longest run of words that both texts have. */
function longestSharedRun(one: readonly string[], other: readonly string[]): number {
  const placesIn = new Map<string, number[]>();
  for (const [place, word] of other.entries()) placesIn.set(word, [...(placesIn.get(word) ?? []), place]);
  let longest = 0;
  let runs = new Map<number, number>();
  for (const word of one) {
    const longer = new Map<number, number>();
    for (const place of placesIn.get(word) ?? []) {
      const length = (runs.get(place - 1) ?? 0) + 1;
      longer.set(place, length);
      longest = Math.max(longest, length);
    }
    runs = longer;
  }
  return longest;
}
