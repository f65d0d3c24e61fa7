import { describe, expect, it } from "vitest";
import { TOKENS } from "../../../composition/tokens.ts";
import { TestEngine } from "../../support/engine.ts";
import { ScriptedModel } from "../../support/scripted-model.ts";
import { ScriptedToolbox } from "../../support/scripted-toolbox.ts";

/** A silent driver looks at its run every two seconds, once it has been silent for two; a busy machine takes its time. */
const LOOKED_WITHIN_MS = 10_000;

describe("a cancel that the feed does not tell of", () => {
  it("stops a model that says nothing, for its worker looks at the run by itself", async () => {
    const model = new ScriptedModel([[{ wait: new Promise(() => undefined) }]]);
    await using engine = await TestEngine.start({ model, deaf: true });
    const run_id = await engine.ask("Tell me a thing");
    await expect.poll(() => model.requests.length, { timeout: 5_000 }).toBe(1);
    await engine.cancel(run_id);

    await expect.poll(() => model.aborted, { timeout: LOOKED_WITHIN_MS }).toHaveLength(1);
    expect(model.aborted[0]).toMatchObject({ code: "run_ended" });
    expect((await engine.history(run_id)).at(-1)?.type).toBe("run.cancelled");
  });

  it("stops a tool that takes its time, and which nobody waits for any more", async () => {
    const { promise: aborted, resolve: abort } = Promise.withResolvers<unknown>();
    const run = (_: unknown, signal: AbortSignal) =>
      new Promise<string>((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          abort(signal.reason);
          reject(signal.reason);
        });
      });
    const tools = new ScriptedToolbox({ slow: { annotations: { readOnlyHint: true }, run } });
    const model = new ScriptedModel([[{ call: "slow", with: {} }]]);
    await using engine = await TestEngine.start({ model, tools, deaf: true });
    const run_id = await engine.ask("Use the slow tool");
    await expect.poll(() => tools.executions.length, { timeout: 5_000 }).toBe(1);
    const cancelled = performance.now();
    await engine.cancel(run_id);

    expect(await aborted).toMatchObject({ code: "call_void" });
    expect(performance.now() - cancelled).toBeLessThan(LOOKED_WITHIN_MS);
  });

  it("is not what a run that goes on is taken for, however long its model is silent", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const model = new ScriptedModel([[{ wait: promise }, { say: "Here I am." }]]);
    await using engine = await TestEngine.start({ model, deaf: true });
    const run_id = await engine.ask("Tell me a thing");
    await expect.poll(() => model.requests.length, { timeout: 5_000 }).toBe(1);
    const looks = countLooks(engine);
    await expect.poll(looks, { timeout: LOOKED_WITHIN_MS }).toBeGreaterThan(0);
    resolve();
    expect((await engine.until(run_id)).at(-1)).toMatchObject({ data: { final_text: "Here I am." } });
  });
});

/** How often somebody has read events from the store since. */
function countLooks({ container }: TestEngine): () => number {
  const store = container.get(TOKENS.store);
  const events = store.events.bind(store);
  let looks = 0;
  store.events = async (...asked) => {
    looks += 1;
    return events(...asked);
  };
  return () => looks;
}
