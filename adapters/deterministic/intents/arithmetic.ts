import { words } from "../../../domain/knowledge/words.ts";
import { abstains } from "../../../domain/model/abstention.ts";
import type { EarlierTurn } from "../../../domain/model/chat.ts";
import { smallTalk } from "../../../domain/run/small-talk.ts";
import { findArithmetic } from "../arithmetic/find.ts";
import type { Intent } from "./intent.ts";

export const CALCULATOR = "calculator";

/** Calls of one turn run in parallel; more calculations than this nobody asks for at once. */
const MOST_CALLS = 8;
/** The end of "17 + 32 = 49." */
const RESULT = /= (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?![\d%])/gi;

/** Arithmetic, in symbols or words → `calculator {expression}`, one call for each expression. */
export const arithmetic: Intent = ({ message, earlier, tools }) => {
  if (!tools.some(({ name }) => name === CALCULATOR)) return [];
  return findArithmetic(message, previousResult(earlier))
    .slice(0, MOST_CALLS)
    .map(({ expression, start, end }) => ({
      call: { tool_name: CALCULATOR, arguments: { expression } },
      start,
      end,
    }));
};

/** What "and times 3?" goes on with: the last result of the turn before. What led to nothing is passed over. */
function previousResult(earlier: readonly EarlierTurn[]): string | null {
  const before = earlier.findLast(
    ({ message, answer }) => smallTalk(words(message)) === null && !abstains(answer),
  );
  const results = [...(before?.answer ?? "").matchAll(RESULT)];
  return results.at(-1)?.[1] ?? null;
}
