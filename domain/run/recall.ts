import type { Json, JsonObject } from "../json.ts";
import { endingText } from "../model/call-ending.ts";
import type { EarlierCall } from "../model/chat.ts";
import { cutToTokens, estimateTokens } from "../model/tokens.ts";
import type { RecalledTurn } from "./events.ts";
import { hasEnded, type RunState, type ToolCall } from "./state.ts";
import type { RunSummary } from "./summary.ts";

/** Tokens of a tool's result that are recalled; the answer says what came of it. */
const RESULT_TOKENS = 150;
/** Of each text among a call's arguments. */
const ARGUMENT_TOKENS = 50;
const MOST_ITEMS = 20;
const DEEPEST = 4;
/** Of a turn's calls, so many are recalled: the last ones. */
const MOST_CALLS = 10;

/**
 * Whether a run may be told to the model as an earlier turn. What was refused is not: a message that a
 * guardrail stopped must not come in by the conversation, nor one that a provider's filter would stop again.
 */
export function isRecallable({ ended_at, outcome }: RunSummary): boolean {
  return ended_at !== null && outcome !== "refusal";
}

/** An ended run in short. Its texts are as they were: what in them is untrusted is for the caller to neutralise. */
export function recalledTurn(state: RunState): RecalledTurn {
  const tools = state.calls.slice(-MOST_CALLS).flatMap(earlierCall);
  return {
    run_id: state.run_id,
    message: state.message,
    answer: answerOf(state),
    ...(tools.length > 0 && { tools }),
  };
}

/**
 * The turns, newest first, that together have at most `max_tokens`: whole ones, as many as fit without a gap;
 * of the newest, the beginning when it alone is too long.
 */
export function withinBudget(
  newest_first: readonly RecalledTurn[],
  max_tokens: number,
): readonly RecalledTurn[] {
  const kept: RecalledTurn[] = [];
  let left = max_tokens;
  for (const turn of newest_first) {
    const fitted = kept.length === 0 ? cutTurn(turn, max_tokens) : turn;
    left -= tokensOf(fitted);
    if (left < 0 && kept.length > 0) break;
    kept.push(fitted);
  }
  return kept;
}

/** A cancelled run has what was streamed until then; every other has its final text. */
function answerOf(state: RunState): string {
  if (!hasEnded(state)) return state.output_text;
  const { situation } = state;
  if (situation.status !== "cancelled") return situation.final_text;
  return `${state.output_text}\n\n(This was cancelled before it was finished.)`.trimStart();
}

function earlierCall({ tool_name, arguments: args, ending }: ToolCall): readonly EarlierCall[] {
  if (ending === null) return [];
  const result = cutToTokens(endingText(ending), RESULT_TOKENS);
  return [{ tool_name, arguments: shortened(args), result }];
}

function shortened(args: JsonObject): JsonObject {
  return inShort(args, 0) as JsonObject;
}

/** A value of the same shape with long texts, long lists and deep nesting cut. */
function inShort(value: Json, depth: number): Json {
  if (typeof value === "string") return cutToTokens(value, ARGUMENT_TOKENS);
  if (value === null || typeof value !== "object") return value;
  if (depth >= DEEPEST) return "…";
  if (Array.isArray(value)) {
    const items = value.slice(0, MOST_ITEMS).map((item) => inShort(item, depth + 1));
    return value.length > MOST_ITEMS ? [...items, "…"] : items;
  }
  const fields = Object.entries(value).slice(0, MOST_ITEMS);
  return Object.fromEntries(fields.map(([name, field]) => [name, inShort(field, depth + 1)]));
}

/** The calls go first, since the answer tells what came of them; the message may have what the answer leaves, or half. */
function cutTurn(turn: RecalledTurn, max_tokens: number): RecalledTurn {
  if (tokensOf(turn) <= max_tokens) return turn;
  const { tools: _, ...bare } = turn;
  const half = Math.ceil(max_tokens / 2);
  const message = cutToTokens(turn.message, Math.max(half, max_tokens - estimateTokens(turn.answer)));
  const answer = cutToTokens(turn.answer, Math.max(0, max_tokens - estimateTokens(message)));
  return { ...bare, message, answer };
}

function tokensOf({ message, answer, tools = [] }: RecalledTurn): number {
  return [message, answer, ...tools.map((call) => JSON.stringify(call))].reduce(
    (sum, text) => sum + estimateTokens(text),
    0,
  );
}
