import type { ChatRequest, EarlierTurn } from "../../../domain/model/chat.ts";

const LEAD = "(?:(?:so|and|but|ok|now|please|sorry|wait|hey|can you|could you|tell me|remind me)[,\\s]+)*";
const TRAIL =
  "(?:\\s+(?:before|earlier|first|just now|last|again|so far|please|to you|of you|you|me))*\\s*[?.!]*";
const whole = (...patterns: readonly string[]) =>
  new RegExp(`^\\s*${LEAD}(?:${patterns.join("|")})${TRAIL}$`, "i");

const ALL_QUESTIONS = whole(
  "what (?:did|have) (?:we|i) (?:talk(?:ed)? about|discuss(?:ed)?)",
  "what have i asked",
  "(?:list|show(?: me)?|repeat|summari[sz]e) (?:all )?(?:my questions|(?:this|our|the) (?:conversation|chat))",
);
const QUESTION = whole(
  "what (?:did|was it (?:that )?) ?i (?:just )?(?:ask|say|want(?: to know)?)",
  "what(?:'s|’s| is| was) my (?:last|previous|first|earlier) (?:question|message)",
  "(?:repeat )?my (?:last|previous|first) question",
);
const ANSWER = whole(
  "what did you (?:just )?(?:say|answer|reply|tell)",
  "what(?:'s|’s| is| was) your (?:last|previous|first|earlier) (?:answer|reply|response)",
  "(?:repeat|say) (?:that|it|this|your (?:last |previous |first )?answer)",
);
const OF_THE_FIRST = /\bfirst\b/i;
const LONGEST_QUOTE = 300;

/** What was said before, for a message that asks for it; null when it asks for something else. */
export function tellConversation({ message, earlier }: ChatRequest): string | null {
  const meant = OF_THE_FIRST.test(message) ? earlier[0] : earlier.at(-1);
  if (meant === undefined) return null;
  if (ALL_QUESTIONS.test(message)) return listed(earlier);
  if (QUESTION.test(message)) return `You asked: ${quoted(meant.message)}`;
  return ANSWER.test(message) ? meant.answer : null;
}

function listed(earlier: readonly EarlierTurn[]): string {
  return `You asked:\n\n${earlier.map((turn) => `- ${quoted(turn.message)}`).join("\n")}`;
}

function quoted(message: string): string {
  const line = message.replace(/\s+/g, " ").trim();
  return `“${line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line}”`;
}
