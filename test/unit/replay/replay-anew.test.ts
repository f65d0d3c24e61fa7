import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../../domain/run/events.ts";
import { TestEngine } from "../../support/engine.ts";
import { replayOf } from "../../support/replaying.ts";
import { ScriptedModel } from "../../support/scripted-model.ts";
import { ScriptedToolbox } from "../../support/scripted-toolbox.ts";
import { PATIENT, READS } from "./recorded-runs.ts";

describe("a replay that asks a model anew", () => {
  const ASKED = "What is 17 + 32?";
  const calculator = (executed: string[] = []) =>
    new ScriptedToolbox({
      calculator: {
        annotations: READS,
        descriptor: { source: "builtin" },
        run: async ({ arguments: { expression } }) => {
          executed.push(String(expression));
          return "49";
        },
      },
    });

  async function recordSum(expression: string): Promise<readonly RunEvent[]> {
    const model = new ScriptedModel([
      [{ call: "calculator", with: { expression } }],
      [{ say: "17 + 32 is 49." }],
    ]);
    await using engine = await TestEngine.start({ model, tools: calculator(), env: PATIENT });
    return await engine.until(await engine.ask(ASKED));
  }

  it("serves the results of tools by name and arguments", async () => {
    const report = await replayOf(await recordSum("17 + 32"), { model: "deterministic" });
    expect(report.not_recorded).toEqual([]);
    expect(report.replayed.outcome).toBe("success");
    expect(report.diff).toContainEqual({
      change: "same",
      line: expect.objectContaining({ text: expect.stringContaining("← 49") }),
    });
  });

  it("executes no call that the record does not hold, and marks it", async () => {
    const report = await replayOf(await recordSum("17+32.0"), { model: "deterministic" });
    expect(report.not_recorded).toMatchObject([{ asked: "result", call: { tool_name: "calculator" } }]);
    expect(report.diff).toContainEqual({
      change: "new",
      line: expect.objectContaining({ text: expect.stringContaining("not_recorded") }),
    });
    expect(report.diverged).toBe(true);
  });

  it("shows what another policy changes: a call is denied", async () => {
    const policies = [{ pattern: "calc*", policy: "deny" }] as const;
    const report = await replayOf(await recordSum("17 + 32"), { model: "deterministic", policies });
    const changed = report.diff.filter(({ change }) => change !== "same").map(({ line }) => line.text);
    expect(changed).toContainEqual(expect.stringContaining('denied by the rule for "calc*"'));
    expect(report.recorded.totals.model_calls).toBe(2);
  });

  it("grants nothing that the record does not grant", async () => {
    const policies = [{ pattern: "calculator", policy: "ask" }] as const;
    const report = await replayOf(await recordSum("17 + 32"), { model: "deterministic", policies });
    expect(report.not_recorded).toMatchObject([{ asked: "approval", call: { tool_name: "calculator" } }]);
    expect(report.diff.map(({ line }) => line.text)).toContainEqual(
      expect.stringContaining("rejected by replay"),
    );
  });
});
