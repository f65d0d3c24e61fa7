import { describe, expect, it } from "vitest";
import type { RunId } from "../../../domain/ids.ts";
import { estimateTokens } from "../../../domain/model/tokens.ts";
import type { RequestTools } from "../../../domain/run/commands.ts";
import type { RecalledTurn } from "../../../domain/run/events.ts";
import { isRecallable, recalledTurn, withinBudget } from "../../../domain/run/recall.ts";
import { summarize } from "../../../domain/run/summary.ts";
import { stateAfter } from "../../support/given.ts";
import {
  ALLOW,
  ANSWER,
  begin,
  COMPLETIONS,
  cancel,
  complete,
  fail,
  REFUSAL,
  request,
  result,
  say,
  start,
  through,
  upTo,
} from "../../support/run-commands.ts";

const answered = stateAfter(...upTo("finalize"), complete(COMPLETIONS.finalize));
const refused = stateAfter(
  start(),
  begin("receive"),
  complete({ ...COMPLETIONS.receive, refusal: REFUSAL }),
  ...through("finalize"),
);
const cancelled = stateAfter(...upTo("respond"), say("A lease is"), cancel());
const cancelledAtOnce = stateAfter(start(), cancel());
const failed = stateAfter(...upTo("respond"), fail("respond"));

describe("an ended run, as an earlier turn", () => {
  it("is its message and its answer", () => {
    expect(recalledTurn(answered)).toEqual({
      run_id: answered.run_id,
      message: "What is a lease?",
      answer: ANSWER,
    });
  });

  it("that was cancelled says so, with what it had said until then", () => {
    expect(recalledTurn(cancelled).answer).toBe("A lease is\n\n(This was cancelled before it was finished.)");
    expect(recalledTurn(cancelledAtOnce).answer).toBe("(This was cancelled before it was finished.)");
  });

  it("that failed has the text that its user has read", () => {
    expect(recalledTurn(failed).answer).toContain("503");
  });

  it("has its calls with their results, long texts cut", () => {
    const long = "x".repeat(5_000);
    const args = { path: "/a", body: long, list: Array(50).fill(1) };
    const output = { content: [{ type: "text", text: long } as const] };
    const asked = request({ c1: ALLOW }) as RequestTools;
    const calls = asked.calls.map((call) => ({ ...call, arguments: args }));
    const called = stateAfter(
      ...upTo("respond"),
      { ...asked, calls },
      result("c1", { status: "completed", output }),
    );
    const [call] = recalledTurn(called).tools ?? [];
    expect(call).toMatchObject({ tool_name: "calculator", arguments: { path: "/a" } });
    expect(estimateTokens(JSON.stringify(call))).toBeLessThan(300);
    expect(call?.result).toMatch(/^x+…$/);
  });

  it("is told when it has ended, unless it was refused", () => {
    const told = [answered, cancelled, failed, refused, stateAfter(...upTo("respond"))].map((state) =>
      isRecallable(summarize(state)),
    );
    expect(told).toEqual([true, true, true, false, false]);
  });
});

describe("the budget", () => {
  const turn = (n: number, tokens: number): RecalledTurn => ({
    run_id: `run-${n}` as RunId,
    message: "m".repeat(tokens * 2),
    answer: "a".repeat(tokens * 2),
  });
  const ids = (turns: readonly RecalledTurn[], max_tokens: number) =>
    withinBudget(turns, max_tokens).map(({ run_id }) => run_id);

  it("keeps whole turns, the newest, as many as fit", () => {
    const turns = [turn(4, 100), turn(3, 100), turn(2, 100), turn(1, 100)];
    expect(ids(turns, 1000)).toHaveLength(4);
    expect(ids(turns, 399)).toEqual(["run-4", "run-3", "run-2"]);
    expect(ids(turns, 300)).toEqual(["run-4", "run-3", "run-2"]);
    expect(ids(turns, 299)).toEqual(["run-4", "run-3"]);
    expect(ids([], 299)).toEqual([]);
  });

  it("leaves no gap: what is older than one that does not fit is left out, too", () => {
    expect(ids([turn(3, 100), turn(2, 500), turn(1, 10)], 300)).toEqual(["run-3"]);
  });

  it("cuts the newest turn rather than dropping it: its calls, then its answer, and its message last", () => {
    const call = { tool_name: "t", arguments: {}, result: "r".repeat(4000) };
    const kept = (given: Partial<RecalledTurn>) => withinBudget([{ ...turn(1, 100), ...given }], 200)[0];
    expect(kept({ tools: [call] })).toEqual(turn(1, 100));
    expect(kept({ answer: "a".repeat(4000) })).toEqual({
      ...turn(1, 100),
      answer: `${"a".repeat(4 * 149)}…`,
    });
    expect(kept({ message: "m".repeat(4000) })).toEqual({
      ...turn(1, 100),
      message: `${"m".repeat(4 * 149)}…`,
    });
    const both = kept({ message: "m".repeat(4000), answer: "a".repeat(4000) });
    expect([both?.message.length, both?.answer.length]).toEqual([4 * 99 + 1, 4 * 99 + 1]);
  });

  it("counts other scripts by what they take, and splits no character", () => {
    expect(estimateTokens("жж")).toBe(1);
    const [cut] = withinBudget([{ ...turn(1, 0), message: "😀".repeat(100), answer: "" }], 10);
    expect(cut?.message).toBe(`${"😀".repeat(9)}…`);
  });
});
