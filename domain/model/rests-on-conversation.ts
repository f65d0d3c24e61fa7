import { STOP_WORDS } from "../knowledge/stop-words.ts";
import { words } from "../knowledge/words.ts";
import type { EarlierTurn } from "./chat.ts";
import { isFollowUp } from "./follow-up.ts";

const ABOUT_THE_CONVERSATION = new RegExp(
  [
    "\\b(?:did|have|had) (?:i|you|we) (?:just |already |ever )?(?:ask|say|said|mention|tell|told|talk|discuss|answer)",
    "\\b(?:i|you|we) (?:just |already |had )?(?:asked|said|told|mentioned|talked|discussed|answered|wrote|gave)\\b",
    "\\b(?:my|your|our) (?:last|previous|earlier|first|second|third) (?:question|message|answer|reply|response)s?\\b",
    "\\b(?:this|our) (?:conversation|chat|discussion)\\b",
    "\\b(?:so far|earlier|before)\\s*[?.!]*$",
  ].join("|"),
  "i",
);
/** "Translate that", "shorter, please": what is to be worked on is the answer before. */
const ABOUT_THE_ANSWER =
  /^(?:(?:please|now|ok|and|can you|could you|would you)[,\s]+)*(?:rephrase|reword|translate|shorten|shorter|simplify|simpler|continue|elaborate|expand|repeat|go on|tell me more|more details?|summari[sz]e)\b/i;
/** An answer that says little else than what was said before has so much of its matter from there. */
const MOSTLY = 0.5;

/**
 * Whether an answer may rest on the earlier turns instead of on evidence: the message leans on them or asks
 * about them, or the answer mostly says again what they hold.
 */
export function restsOnConversation(
  message: string,
  answer: string,
  earlier: readonly EarlierTurn[],
): boolean {
  if (earlier.length === 0) return false;
  if (isFollowUp(message) || ABOUT_THE_CONVERSATION.test(message) || ABOUT_THE_ANSWER.test(message))
    return true;
  const said = new Set(earlier.flatMap((turn) => matter(`${turn.message}\n${turn.answer}`)));
  const told = matter(answer);
  return told.length > 0 && told.filter((word) => said.has(word)).length >= told.length * MOSTLY;
}

function matter(text: string): readonly string[] {
  return words(text).filter((word) => !STOP_WORDS.has(word));
}
