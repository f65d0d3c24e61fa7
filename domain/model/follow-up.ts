import { STOP_WORDS } from "../knowledge/stop-words.ts";
import { words } from "../knowledge/words.ts";
import { smallTalk } from "../run/small-talk.ts";
import type { EarlierTurn } from "./chat.ts";

const OPENS_AS_FOLLOW_UP =
  /^\s*(?:and|but|so|then|also|or|what about|how about|why|how so|what else|more|else)\b/i;
const POINTS_BACK = /\b(?:it|its|they|them|their|this|that|these|those|there|he|she|one|ones)\b/i;
/** A question with more matter than this stands on its own. */
const FEW_TERMS = 3;
/** How far back a chain of "and why?" is followed. */
const LONGEST_CHAIN = 5;
/** Of a long message, so much is searched for: it brings a text along. */
const LONGEST_ANTECEDENT = 1_000;

/** Whether a message leans on the one before: "and how do I stop it?", "what about workers?", "why?" */
export function isFollowUp(message: string): boolean {
  const matter = words(message).filter((word) => !STOP_WORDS.has(word));
  if (matter.length > FEW_TERMS) return false;
  return matter.length === 0 || OPENS_AS_FOLLOW_UP.test(message) || POINTS_BACK.test(message);
}

/**
 * The messages that a message leans on, oldest first: back to the last one that stands on its own, small talk
 * passed over; [] when the message stands on its own itself.
 */
export function antecedents(message: string, earlier: readonly EarlierTurn[]): readonly string[] {
  if (!isFollowUp(message)) return [];
  const said = earlier.map((turn) => turn.message).filter((before) => smallTalk(words(before)) === null);
  const last_own = said.findLastIndex((before) => !isFollowUp(before));
  return said.slice(Math.max(0, last_own)).slice(-LONGEST_CHAIN);
}

/** What to search for: the message, behind those that it leans on. */
export function standaloneQuery(message: string, earlier: readonly EarlierTurn[]): string {
  const before = antecedents(message, earlier).map((text) => text.slice(0, LONGEST_ANTECEDENT));
  return [...before, message].join("\n");
}
