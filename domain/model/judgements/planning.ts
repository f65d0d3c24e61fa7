import type { Json, JsonObject } from "../../json.ts";
import type { EarlierTurn, RunMode } from "../chat.ts";
import { fenced } from "../fence.ts";
import { JUDGE_BY_MATERIAL, objectSchema, type Question, shortened } from "./question.ts";

export interface PlanningMaterial {
  readonly message: string;
  readonly context: string | null;
  readonly mode: RunMode;
  readonly earlier: readonly EarlierTurn[];
  readonly tools: readonly { readonly name: string; readonly description: string }[];
}

/** `reply` is what the user reads when the run needs no further step. */
export type JudgedPlan =
  | { readonly plan_type: "direct_answer"; readonly reason: string }
  | {
      readonly plan_type: "needs_clarification" | "cannot_answer";
      readonly reason: string;
      readonly reply: string;
    };

const INSTRUCTIONS = `You decide how an assistant takes a message, before it does. The assistant knows what such assistants know, searches its user's documents for every message, and has the tools that are listed. Choose one:
- direct_answer: the assistant sets out to answer. This is right for nearly every message, also when the documents may turn out not to hold the answer.
- needs_clarification: the message has readings that need different answers, or lacks something that nobody could go on without, and neither the context nor the conversation tells it. reply asks for just that.
- cannot_answer: it needs something that neither knowledge nor documents nor any listed tool can give, such as live data or a deed in the world. reply says so, and why.
Answer with one JSON object: {"plan_type": …, "reason": "one short sentence for the log", "reply": "in the language of the message; empty for direct_answer"}.
${JUDGE_BY_MATERIAL}`;

const SCHEMA = objectSchema({
  plan_type: { type: "string", enum: ["direct_answer", "needs_clarification", "cannot_answer"] },
  reason: { type: "string" },
  reply: { type: "string" },
});

const LONGEST_CONTEXT = 4000;
const LONGEST_TURN = 1000;
const LATEST_TURNS = 5;
const LONGEST_DESCRIPTION = 200;

/** Whether to answer, ask back, or say that it cannot be answered. */
export function planningQuestion(material: PlanningMaterial): Question<JudgedPlan> {
  const { message, context, mode, earlier, tools } = material;
  const turns = earlier.slice(-LATEST_TURNS).map((turn) => {
    const answer = shortened(turn.answer, LONGEST_TURN);
    return `User: ${shortened(turn.message, LONGEST_TURN)}\nAssistant: ${answer}`;
  });
  const offered = tools.map(
    ({ name, description }) => `${name}: ${description.slice(0, LONGEST_DESCRIPTION)}`,
  );
  const parts = [`The user wants: ${mode}.`, fenced("tools", offered.join("\n"))];
  if (turns.length > 0) parts.push(fenced("conversation", turns.join("\n\n")));
  if (context !== null) parts.push(fenced("context", shortened(context, LONGEST_CONTEXT)));
  parts.push(fenced("message", message));
  return {
    capability: "planning",
    instructions: INSTRUCTIONS,
    message: parts.join("\n\n"),
    schema: SCHEMA,
    read: readPlan,
  };
}

function readPlan({ plan_type, reason, reply }: JsonObject): JudgedPlan | null {
  const why = textOf(reason);
  switch (plan_type) {
    case "direct_answer":
      return { plan_type, reason: why };
    case "needs_clarification":
    case "cannot_answer":
      return textOf(reply) === "" ? null : { plan_type, reason: why, reply: textOf(reply) };
    default:
      return null;
  }
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value.trim() : "";
}
