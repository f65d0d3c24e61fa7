import { words } from "../../../domain/knowledge/words.ts";
import { ABSTENTION } from "../../../domain/model/abstention.ts";
import type { ChatRequest } from "../../../domain/model/chat.ts";
import { sourcesOf } from "../extraction/passages.ts";
import { excerpt, readQuestion } from "../extraction/question.ts";
import { related, terms } from "../extraction/terms.ts";

const MOST_NAMED = 3;
const HINT =
  "I answer from the documents and the tools at hand, without general knowledge: rephrase the question, add the text to ask about as context, or set OPENAI_API_KEY to use a real model.";

/** That the evidence does not hold the answer: what was searched, what is missing, what is near. */
export function abstain({ evidence, context, message, earlier }: ChatRequest): string {
  const searched =
    evidence.length === 0
      ? "The search found no passage about it"
      : `I looked through ${count(evidence.length, "passage")}`;
  const also = context === null ? "" : " and the context you gave";
  const missing = missingWords({ evidence, context, message, earlier });
  const about =
    missing.length === 0 ? "none of it answers the question" : `nothing in it is about ${missing.join(", ")}`;
  const found = evidence.length === 0 && context === null ? "" : `; ${about}`;
  const near = nearest(evidence);
  const nearby = near.length === 0 ? "" : ` The closest sections are ${near.join(", ")}.`;
  return `${ABSTENTION} ${searched}${also}${found}.${nearby} ${HINT}`;
}

/** The question's words that the evidence does not hold, as they were written. */
function missingWords({
  evidence,
  context,
  message,
  earlier,
}: Pick<ChatRequest, "evidence" | "context" | "message" | "earlier">): readonly string[] {
  const known = new Set([
    ...evidence.flatMap(({ text, metadata }) => terms(`${text} ${JSON.stringify(metadata)}`)),
    ...terms(context ?? ""),
  ]);
  const { terms: asked } = readQuestion(message, earlier);
  const missing = words(excerpt(message)).filter((word) => {
    const [term] = terms(word);
    return (
      term !== undefined && asked.get(term) === 1 && ![term, ...related(term)].some((one) => known.has(one))
    );
  });
  return [...new Set(missing)].slice(0, MOST_NAMED).map((word) => `“${word}”`);
}

function nearest(evidence: ChatRequest["evidence"]): readonly string[] {
  const headings = sourcesOf(evidence).map(({ heading_path }) => heading_path.slice(-2).join(" › "));
  return [...new Set(headings)]
    .filter((heading) => heading !== "")
    .slice(0, MOST_NAMED)
    .map((heading) => `“${heading}”`);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
