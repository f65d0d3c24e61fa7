import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../../domain/run/events.ts";
import { TestEngine } from "../../support/engine.ts";
import { ScriptedModel } from "../../support/scripted-model.ts";
import { ScriptedToolbox } from "../../support/scripted-toolbox.ts";

const ends = ({ type }: RunEvent) => type.startsWith("run.") && type !== "run.started";

describe("the deadline", () => {
  it("stands still while several questions wait, also when nobody answers any", async () => {
    const tools = new ScriptedToolbox({ send: { run: async () => "sent" } });
    const model = new ScriptedModel([
      [
        { call: "send", with: { to: "ann" } },
        { call: "send", with: { to: "bob" } },
      ],
      [{ say: "Nobody agreed." }],
    ]);
    await using engine = await TestEngine.start({
      model,
      tools,
      env: { RUN_DEADLINE_SECONDS: "1", APPROVAL_TIMEOUT_SECONDS: "2" },
    });
    const events = await engine.until(await engine.ask("Use the send tool for Ann and Bob"), ends);
    expect(events.at(-1)).toMatchObject({ type: "run.completed", data: { final_text: "Nobody agreed." } });
  });
});
