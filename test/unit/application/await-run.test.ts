import { describe, expect, it } from "vitest";
import { TOKENS } from "../../../composition/tokens.ts";
import { RefusedError } from "../../../domain/errors.ts";
import { fold } from "../../../domain/run/evolve.ts";
import type { RunState } from "../../../domain/run/state.ts";
import { viewOf } from "../../../domain/run/summary.ts";
import { TestEngine } from "../../support/engine.ts";
import { ScriptedModel } from "../../support/scripted-model.ts";

const REQUEST = {
  message: "Tell me a thing",
  mode: "answer",
  tenant_id: "default",
  user_id: "anonymous",
} as const;
const NEVER = new AbortController().signal;

describe("starting a run and waiting for its end", () => {
  it("tells what the run's history tells, and does not ask the store for it", async () => {
    await using engine = await TestEngine.start({ model: new ScriptedModel([[{ say: "A thing." }]]) });
    const loads = countLoads(engine);
    const view = await engine.container.get(TOKENS.awaitRun).execute(REQUEST, NEVER);
    expect(view.final_text).toBe("A thing.");
    const { run_id } = view.summary;
    expect(loads(run_id)).toBe(0);
    expect(view).toEqual(viewOf(fold(null, await engine.history(run_id)) as RunState));
  });

  it("is answered by the feed's silence too, for the store is looked at", async () => {
    const model = new ScriptedModel([[{ say: "A thing." }]]);
    await using engine = await TestEngine.start({ model, deaf: true });
    const view = await engine.container.get(TOKENS.awaitRun).execute(REQUEST, NEVER);
    expect(view).toMatchObject({ summary: { status: "completed" }, final_text: "A thing." });
  });

  it("waits for the run that an idempotency key led to before", async () => {
    const model = new ScriptedModel([[{ say: "A thing." }]]);
    await using engine = await TestEngine.start({ model });
    const run_id = await engine.ask(REQUEST.message, { idempotency_key: "once" });
    const again = { ...REQUEST, idempotency_key: "once" };
    const view = await engine.container.get(TOKENS.awaitRun).execute(again, NEVER);
    expect(view).toMatchObject({ summary: { run_id, status: "completed" }, final_text: "A thing." });
  });

  it("tells how the run stands when nobody waits any more", async () => {
    const model = new ScriptedModel([[{ wait: new Promise(() => undefined) }]]);
    await using engine = await TestEngine.start({ model });
    const view = await engine.container.get(TOKENS.awaitRun).execute(REQUEST, AbortSignal.timeout(50));
    expect(view).toMatchObject({ summary: { ended_at: null }, final_text: null });
    await engine.cancel(view.summary.run_id);
  });

  it("refuses what cannot be started", async () => {
    const model = new ScriptedModel([[{ say: "A thing." }]]);
    await using engine = await TestEngine.start({ model });
    const run_id = await engine.ask(REQUEST.message);
    const taken = engine.container.get(TOKENS.awaitRun).execute({ ...REQUEST, run_id }, NEVER);
    await expect(taken).rejects.toThrow(RefusedError);
  });
});

/** How often a run has been loaded from the store since. */
function countLoads({ container }: TestEngine): (run_id: string) => number {
  const store = container.get(TOKENS.store);
  const load = store.load.bind(store);
  const loaded: string[] = [];
  store.load = (run_id) => {
    loaded.push(run_id);
    return load(run_id);
  };
  return (run_id) => loaded.filter((one) => one === run_id).length;
}
