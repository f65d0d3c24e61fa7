import { extractCitations } from "../knowledge/citations.ts";
import { abstains } from "../model/abstention.ts";
import { citableChunks } from "../model/citable.ts";
import type { JudgedClaims } from "../model/judgements/verification.ts";
import { restsOnConversation } from "../model/rests-on-conversation.ts";
import type { Verification } from "./events.ts";
import type { RunState } from "./state.ts";

/** What is said of answers with few claims. */
const SUPPORTED = ["no claim to be held against anything", "its one claim supported"];
const SHOWN_CLAIMS = 3;
const LONGEST_CLAIM = 200;

/** What else was found than that an answer rests on something: of each claim whether it does. */
export function judgedVerification({ claims, unsupported }: JudgedClaims, model: string): Verification {
  if (unsupported.length === 0) {
    return {
      passed: true,
      reason: `${model} finds ${SUPPORTED[claims] ?? `all ${claims} claims supported`}`,
      overrulable: false,
    };
  }
  const shown = unsupported.slice(0, SHOWN_CLAIMS).map((claim) => `“${claim.slice(0, LONGEST_CLAIM)}”`);
  const more = unsupported.length > shown.length ? ", …" : "";
  const reason = `${model} finds ${unsupported.length} of ${claims} claims unsupported: ${shown.join(", ")}${more}`;
  return { passed: false, reason, overrulable: true };
}

/** Whether the rules let an answer pass because of material that its claims can be held against. */
export function restsOnMaterial(grounding: Grounding): boolean {
  switch (grounding) {
    case "citations":
    case "tool_result":
    case "context":
    case "conversation":
      return true;
    case "nothing_to_cite":
    case "own_knowledge":
    case "abstained":
    case "ungrounded":
      return false;
    default:
      return grounding satisfies never;
  }
}

/** What an answer rests on. */
export type Grounding =
  | "citations"
  | "tool_result"
  | "context"
  | "conversation"
  | "nothing_to_cite"
  | "own_knowledge"
  | "abstained"
  | "ungrounded";

/** What becomes of an answer that cites none of the evidence at hand: it passes as what the model knows, or a person is asked. */
export const UNCITED_ANSWERS = ["pass", "ask"] as const;
export type UncitedAnswers = (typeof UNCITED_ANSWERS)[number];

/**
 * Whether the answer is grounded, and in what. The rules, first match wins:
 * 1. It says that the documents do not hold the answer: not passed, and nobody is asked.
 * 2. It cites chunks that were neither retrieved nor cited before: not passed; a person may overrule.
 * 3. It cites such chunks: passed.
 * 4. A tool's result was at hand: passed.
 * 5. The user gave the context to answer from: passed.
 * 6. The message or the answer goes back to earlier turns of the conversation: passed.
 * 7. Nothing was retrieved, so there is nothing it could cite: passed.
 * 8. Evidence was at hand and the answer rests on none of it: as `uncited` says.
 */
export function verifyAnswer(
  state: RunState,
  uncited: UncitedAnswers,
): {
  readonly grounding: Grounding;
  readonly verification: Verification;
} {
  const { message, output_text, retrieved_chunks, calls, context, earlier } = state;
  const cited = extractCitations(output_text);
  const citable = citableChunks(retrieved_chunks, earlier);
  const unknown = cited.filter((chunk_id) => !citable.has(chunk_id));
  const passed = (grounding: Grounding, reason: string) =>
    ({ grounding, verification: { passed: true, reason, overrulable: false } }) as const;
  const failed = (grounding: Grounding, reason: string, overrulable: boolean) =>
    ({ grounding, verification: { passed: false, reason, overrulable } }) as const;

  if (abstains(output_text)) return failed("abstained", "the documents do not hold the answer", false);
  if (unknown.length > 0) {
    return failed("ungrounded", `the answer cites what was not retrieved: ${unknown.join(", ")}`, true);
  }
  if (cited.length > 0)
    return passed("citations", `the answer cites ${new Set(cited).size} retrieved chunks`);
  if (calls.some((call) => call.ending !== null))
    return passed("tool_result", "the answer rests on tool results");
  if (context !== null)
    return passed("context", "the answer rests on the context that came with the message");
  if (restsOnConversation(message, output_text, earlier))
    return passed("conversation", "the answer rests on earlier turns of the conversation");
  if (retrieved_chunks.length === 0) return passed("nothing_to_cite", "no document is about the message");
  if (uncited === "pass")
    return passed("own_knowledge", "the answer cites no document: it rests on what the model knows");
  return failed("ungrounded", "documents were found, and the answer cites none of them", true);
}
