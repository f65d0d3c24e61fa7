import type { Json } from "../../../../domain/json.ts";
import type { PlanType } from "../../../../domain/run/events.ts";
import type { Decision } from "../../../../domain/run/state.ts";
import type { Outcome } from "../../../../domain/run/summary.ts";
import type { Grounding } from "../../../../domain/run/verification.ts";
import { count, fullStop, plain } from "../ui/words.ts";

/** What was decided, as a sentence; null where the thing itself is shown: tool calls and what they brought. */
export function decisionWords(decision: Decision): string | null {
  const words = told(decision);
  return words === null ? null : fullStop(words);
}

function told({ name, value, notes }: Decision): string | null {
  const why = notes === undefined ? "" : `: ${notes}`;
  switch (name) {
    case "plan_type":
      return `${known(PLANS, value) ?? `Plans ${plain(text(value))}`}${why}`;
    case "available_tools":
      return names(value).length === 0
        ? "No tools are at hand."
        : `Has ${count(names(value).length, "tool")} at hand: ${listed(names(value))}.`;
    case "tool_selected":
    case "tool_result":
      return null;
    case "retrieval_chunks":
      return names(value).length === 0
        ? "Found nothing in the documents."
        : `Takes ${count(names(value).length, "passage")} as evidence.`;
    case "response_strategy":
      return `${known(STRATEGIES, value) ?? `Responds by ${plain(text(value))}`}${notes === undefined ? "" : ` (${notes})`}.`;
    case "grounding":
      return known(GROUNDINGS, value) ?? `The answer's ground: ${plain(text(value))}.`;
    case "verification":
      return value === "passed" ? `The check passed${why}` : `The check did not pass${why}`;
    case "human_approval":
      return value === "approved"
        ? `A person let the answer pass${why}`
        : `A person's decision: ${text(value)}${why}`;
    case "outcome":
      return known(OUTCOMES, value) ?? `The outcome is ${plain(text(value))}.`;
    default:
      // A newer engine may decide what this page does not know.
      name satisfies never;
      return `${plain(name)}: ${text(value)}${why}`;
  }
}

const PLANS: Readonly<Record<PlanType, string>> = {
  direct_answer: "Plans to answer",
  needs_clarification: "Asks back before it does anything",
  cannot_answer: "Cannot answer this",
};

const STRATEGIES: Readonly<Record<string, string>> = {
  answer_from_evidence: "Answers from the evidence",
  answer_without_evidence: "Answers without evidence",
};

const GROUNDINGS: Readonly<Record<Grounding, string>> = {
  citations: "The answer rests on the passages it cites.",
  tool_result: "The answer rests on a tool's result.",
  conversation: "The answer rests on earlier turns of the conversation.",
  context: "The answer rests on the context that came with the message.",
  nothing_to_cite: "There was nothing to cite.",
  abstained: "The answer says that the documents do not hold it.",
  own_knowledge: "The answer cites no document: it rests on what the model knows.",
  ungrounded: "The answer rests on none of the evidence.",
};

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  success: "The run ends with an answer.",
  failure: "The run ends without an answer to rely on.",
  refusal: "The run ends with a refusal.",
  failed: "The run failed.",
  cancelled: "The run was cancelled.",
};

/** A newer engine may give a value that this page has no words for. */
function known(words: Readonly<Record<string, string>>, value: Json): string | undefined {
  return words[String(value)];
}

/** So many names are listed; of the others there is the number. */
const LISTED = 6;

function listed(all: readonly string[]): string {
  const more = all.length - LISTED;
  return more > 0 ? `${all.slice(0, LISTED).join(", ")} and ${more} more` : all.join(", ");
}

function names(value: Json): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function text(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
