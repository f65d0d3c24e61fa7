import { STOP_WORDS } from "../knowledge/stop-words.ts";
import { words } from "../knowledge/words.ts";
import type { EarlierTurn } from "./chat.ts";

const OPENS_AS_FOLLOW_UP =
  /^\s*(?:and|but|so|then|also|or|what about|how about|why|how so|what else|more|else)\b/i;
const POINTS_BACK = /\b(?:it|its|they|them|their|this|that|these|those|there|he|she|one|ones)\b/i;
/** A question with more matter than this stands on its own. */
const FEW_TERMS = 3;

/** Whether a message leans on the one before: "and how do I stop it?", "what about workers?", "why?" */
export function isFollowUp(message: string): boolean {
  const matter = words(message).filter((word) => !STOP_WORDS.has(word));
  if (matter.length > FEW_TERMS) return false;
  return matter.length === 0 || OPENS_AS_FOLLOW_UP.test(message) || POINTS_BACK.test(message);
}

/** What to search for: the message, and the one before it when it leans on that. */
export function standaloneQuery(message: string, earlier: readonly EarlierTurn[]): string {
  const before = earlier.at(-1);
  return before === undefined || !isFollowUp(message) ? message : `${before.message}\n${message}`;
}
