import type { RunMode } from "../model/chat.ts";
import type { PlanType } from "./events.ts";
import { outOfReach } from "./out-of-reach.ts";
import { type SmallTalk, smallTalk } from "./small-talk.ts";

export interface PlanInput {
  /** 1 to 32,000 characters of anything. */
  readonly message: string;
  readonly context: string | null;
  readonly mode: RunMode;
  readonly has_earlier_turns: boolean;
  readonly tools?: readonly { readonly name: string; readonly description: string }[];
}

/** `reason` is for the history; `reply` is what the user reads when the run needs no further step. */
export type Plan =
  | { readonly plan_type: "direct_answer"; readonly reason: string }
  | {
      readonly plan_type: Exclude<PlanType, "direct_answer">;
      readonly reason: string;
      readonly reply: string;
    };

/** The message, taken apart once for all rules. */
interface Reading extends PlanInput {
  /** Lower case, without punctuation and apostrophes: "What's up?" is ["whats", "up"]. Short messages only. */
  readonly words: readonly string[];
  /** Something that "it" may refer to was given or said before. */
  readonly has_antecedent: boolean;
}

interface PlanRule {
  readonly id: string;
  readonly applies: (reading: Reading) => Plan | null;
}

/** Beyond this many words a message is never mere small talk or one bare request. */
const FEW_WORDS = 12;
const EXAMPLES = "for example “What is a lease?” or “What is 12.5% of 80?”";

const SMALL_TALK_REPLIES: Readonly<Record<SmallTalk, string>> = {
  greeting: `Hello! What would you like to know? Ask me ${EXAMPLES}.`,
  thanks: `You're welcome! Is there anything else? You can ask, ${EXAMPLES}.`,
  farewell: `Goodbye! Come back with any question, ${EXAMPLES}.`,
  acknowledgement: `Good. What would you like to do next? Ask me ${EXAMPLES}.`,
};

/** One of these alone says too little, whatever came before. */
const VAGUE_WORDS = new Set(
  (
    "help info information question questions test testing something anything stuff thing things please pls need " +
    "want maybe idk start done search find"
  ).split(" "),
);
/** Vague on their own as well, but clear right after something was said or given. */
const ELLIPTICAL_WORDS = new Set(
  (
    "yes no what who when where which why how and so more continue again next go explain describe summarize " +
    "summarise summary fix do show tell translate compare answer read"
  ).split(" "),
);

const ABOUT_THE_ASSISTANT = new RegExp(
  `^(?:${[
    "(?:what|who) are you",
    "what(?:s| is) your name",
    "are you (?:a bot|an ai|a robot|human|real|there)",
    "what (?:can|do) you do(?: for me)?",
    "(?:what can you|how can you|(?:can|could|would) you(?: please)?|please)? ?help(?: me| us)?(?: out| with)?(?: please)?",
    "what can i (?:ask|do)(?: you)?(?: here)?",
    "i (?:need (?:some |your )?help|have a question)",
    "(?:can|may) i ask (?:you )?(?:a question|something)",
  ].join("|")})$`,
);

const LEAD =
  "(?:(?:please|pls|can you|could you|would you|will you|now|just|and|then|ok|so|hey|try to|i want to|help me) )*";
/** "it", and "this error": words that point at something. */
const POINTER =
  "(?:it|them|him|her|everything|all of (?:it|this|that|them)" +
  "|(?:this|that|these|those)(?: (?:text|code|bug|error|document|article|paragraph|problem|issue|file|function|sentence|message|one)s?)?)";
const TRAILER =
  "(?: (?:please|pls|for me|to me|again|now|more|further|better|in (?:more )?detail|in short|briefly|up|out|mean|works?|about" +
  "|thanks|too|(?:in|into|to) (?:english|german|french|spanish|italian|chinese|japanese|simple (?:words|terms)|plain english)))*";
const ASKING =
  "(?:\\p{L}+|(?:tell|show|give) me(?: more)?(?: about)?|(?:talk|what|how) about|elaborate on|expand on|look (?:at|into)" +
  "|work on|deal with|get rid of|(?:what|who|where|when|why|how) (?:is|are|was)|(?:how|why|what) (?:does|do)" +
  "|how (?:can|do) i (?:do|fix|use|get|make|stop|start))";
/** One verb or question word and a pointer, nothing else. */
const BARE_REQUEST = new RegExp(`^${LEAD}${ASKING} ${POINTER}${TRAILER}$`, "u");

/** First match wins; when none does, the message is answered. */
export const PLAN_RULES: readonly PlanRule[] = [
  {
    // No letter and no digit: "???", "...", "🙂". A context to summarize needs no words.
    id: "no_words",
    applies: ({ message, mode, context }) =>
      /[\p{L}\p{N}]/u.test(message) || (mode === "summarize" && hasText(context))
        ? null
        : clarify("the message holds no words", `I could not find a question in that. Ask me ${EXAMPLES}.`),
  },
  {
    // Nothing but greetings, thanks, farewells, "ok"; after an earlier turn an "ok" may be the answer to it.
    id: "small_talk",
    applies: ({ words, has_earlier_turns }) => {
      const kind = smallTalk(words);
      if (kind === null || (kind === "acknowledgement" && has_earlier_turns)) return null;
      return clarify(`the message is small talk (${kind})`, SMALL_TALK_REPLIES[kind]);
    },
  },
  {
    // "What can you do?", "help me", "I have a question".
    id: "about_the_assistant",
    applies: ({ words, has_antecedent }) =>
      has_antecedent || !ABOUT_THE_ASSISTANT.test(words.join(" "))
        ? null
        : clarify(
            "the message asks what can be asked",
            `I answer questions from the documents, with citations, and can calculate and call tools. What would you like to know? Try ${EXAMPLES}.`,
          ),
  },
  {
    // One word that names nothing: "help", "info"; "continue" and "why" are fine when something came before.
    id: "vague_word",
    applies: ({ words, has_antecedent }) => {
      const [word, ...others] = words;
      if (word === undefined || others.length > 0) return null;
      if (!VAGUE_WORDS.has(word) && (has_antecedent || !ELLIPTICAL_WORDS.has(word))) return null;
      return clarify(
        `the single word “${word}” does not say what about`,
        `“${word}” alone does not tell me enough. What would you like to know? Ask ${EXAMPLES}.`,
      );
    },
  },
  {
    // "fix it", "explain that": nothing was said before that the pronoun could mean.
    id: "bare_pronoun",
    applies: ({ words, has_antecedent }) =>
      has_antecedent || !BARE_REQUEST.test(words.join(" "))
        ? null
        : clarify(
            "the message refers to something that was not given",
            `I can't tell what you refer to. Put the text into the context field, or ask about something by name, ${EXAMPLES}.`,
          ),
  },
  {
    // Live data and deeds in the world (out-of-reach.ts), unless a tool is offered that could do it.
    id: "out_of_reach",
    applies: ({ message, context, tools }) => {
      const rule = outOfReach(message, tools ?? []);
      if (rule === null || (rule.kind === "live_data" && hasText(context))) return null;
      return {
        plan_type: "cannot_answer",
        reason: `it needs ${rule.what}, which no document and no offered tool gives`,
        reply: `I'm sorry, I can't help with that here: it needs ${rule.what}, and I have no tool for it. I can answer questions from the documents and calculate, ${EXAMPLES}.`,
      };
    },
  },
];

/** Decides before any model is asked whether to answer, to ask back, or to say that there is no answer. Pure. */
export function plan(input: PlanInput): Plan {
  const reading: Reading = {
    ...input,
    words: fewWords(input.message),
    has_antecedent: input.has_earlier_turns || hasText(input.context),
  };
  for (const { applies } of PLAN_RULES) {
    const planned = applies(reading);
    if (planned !== null) return planned;
  }
  return { plan_type: "direct_answer", reason: "the message says what is wanted" };
}

function clarify(reason: string, reply: string): Plan {
  return { plan_type: "needs_clarification", reason, reply };
}

function hasText(text: string | null): boolean {
  return text !== null && text.trim() !== "";
}

/** The words of a short message; [] when it is longer than any rule about words looks at. */
function fewWords(message: string): readonly string[] {
  const trimmed = message.trim();
  if (trimmed.length > FEW_WORDS * 20) return [];
  const words = trimmed
    .normalize("NFKC")
    .toLowerCase()
    .replace(/['’]/gu, "")
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== "");
  return words.length > FEW_WORDS ? [] : words;
}
