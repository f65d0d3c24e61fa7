import { describe, expect, it } from "vitest";
import { TOKENS } from "../../../composition/tokens.ts";
import { TransientError } from "../../../domain/errors.ts";
import type { RunId } from "../../../domain/ids.ts";
import { proveRun } from "../../../domain/run/proof.ts";
import type { ToolAnnotations, ToolDescriptor } from "../../../domain/tools/tool.ts";
import { all, gate, only, TestEngine } from "../../support/engine.ts";
import { ScriptedModel } from "../../support/scripted-model.ts";
import { ScriptedToolbox } from "../../support/scripted-toolbox.ts";

/** Makes the others take the worker for dead, as its silence would. */
async function bury(engine: TestEngine, kind: "workflow" | "tool"): Promise<void> {
  const registry = engine.container.get(TOKENS.registry);
  const worker = (await registry.alive()).find((entry) => entry.kind === kind);
  if (worker === undefined) throw new Error(`no ${kind} worker is alive`);
  await registry.withdraw(worker.worker_id);
}

/** A tool whose first execution hangs until its worker is lost; later ones answer. */
function fragile(annotations: ToolAnnotations, descriptor: Partial<ToolDescriptor> = {}) {
  const begun = gate();
  let executions = 0;
  const run = async (_: unknown, signal: AbortSignal) => {
    executions += 1;
    if (executions > 1) return "done";
    begun.open();
    return new Promise<string>((_resolve, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
    );
  };
  return { begun: begun.opened, tools: new ScriptedToolbox({ fragile: { annotations, descriptor, run } }) };
}

const calling = () => new ScriptedModel([[{ call: "fragile", with: {} }], [{ say: "So be it." }]]);

async function expectProven(engine: TestEngine, run_id: RunId): Promise<void> {
  expect(proveRun(await engine.history(run_id), await engine.state(run_id))).toEqual([]);
}

describe("a workflow worker that is taken for dead", () => {
  it("lets its run go; whoever takes over voids the text and streams it anew", async () => {
    const model = new ScriptedModel([
      [{ say: "Half an ans" }, { wait: new Promise(() => undefined) }],
      [{ say: "A whole answer." }],
    ]);
    await using engine = await TestEngine.start({ model });
    const run_id = await engine.ask("Tell me a thing");
    await engine.until(run_id, ({ type }) => type === "output.chunk");
    await bury(engine, "workflow");
    const events = await engine.until(run_id);

    expect(all(events, "output.reset")).toHaveLength(1);
    expect(only(events, "run.completed").data.final_text).toBe("A whole answer.");
    const epochs = all(events, "workflow.step.started").map(({ data }) => data.driver?.epoch ?? 0);
    expect(new Set(epochs).size).toBe(2);
    await expectProven(engine, run_id);
  });
});

describe("a workflow worker that is taken for dead while a model is silent", () => {
  it("leaves its call to be paid in full: whoever takes over has that much less to spend", async () => {
    const model = new (class extends ScriptedModel {
      override worstCaseUsd(): number {
        return 0.5;
      }
    })([[{ wait: new Promise(() => undefined) }], [{ say: "A second call would pass the budget." }]]);
    await using engine = await TestEngine.start({ model, env: { RUN_MODEL_BUDGET_USD: "0.9" } });
    const run_id = await engine.ask("Tell me a thing");
    await expect.poll(() => model.requests.length, { timeout: 5_000 }).toBe(1);
    await bury(engine, "workflow");
    const events = await engine.until(run_id);

    expect(model.requests).toHaveLength(1);
    expect(only(events, "rate.limit.exceeded").data.metadata).toEqual({ worst_case_usd: 0.5, left_usd: 0.4 });
    expect(only(events, "run.failed").data.outcome).toBe("failure");
    await expectProven(engine, run_id);
  });
});

describe("a tool worker that is taken for dead in the middle of a call", () => {
  it("has a reading tool executed again, with one result", async () => {
    const { begun, tools } = fragile({ readOnlyHint: true });
    await using engine = await TestEngine.start({ model: calling(), tools });
    const run_id = await engine.ask("Use the fragile tool");
    await begun;
    await bury(engine, "tool");
    const events = await engine.until(run_id);

    expect(tools.executions).toHaveLength(2);
    expect(only(events, "tool.completed").data.attempt).toBe(2);
    await expectProven(engine, run_id);
  });

  it("never has a writing tool executed twice: its outcome is unknown, and the model is told", async () => {
    const { begun, tools } = fragile({});
    const model = calling();
    await using engine = await TestEngine.start({ model, tools, env: { TOOL_POLICIES: "fragile=allow" } });
    const run_id = await engine.ask("Use the fragile tool");
    await begun;
    await bury(engine, "tool");
    const events = await engine.until(run_id);

    expect(tools.executions).toHaveLength(1);
    expect(only(events, "tool.failed").data.error.code).toBe("outcome_unknown");
    expect(model.requests[1]?.turns[0]?.calls[0]?.ending).toMatchObject({
      error: { code: "outcome_unknown" },
    });
    await expectProven(engine, run_id);
  });

  it.each([
    ["that it writes", { readOnlyHint: true }, { permission_scope: "write" }],
    ["what becomes of its calls", { idempotentHint: true }, { on_unknown_outcome: "tell_model" }],
  ] as const)("believes the operator rather than the tool: %s", async (_what, hints, said) => {
    const { begun, tools } = fragile(hints, said);
    await using engine = await TestEngine.start({
      model: calling(),
      tools,
      env: { TOOL_POLICIES: "fragile=allow" },
    });
    const run_id = await engine.ask("Use the fragile tool");
    await begun;
    await bury(engine, "tool");
    expect(only(await engine.until(run_id), "tool.failed").data.error.code).toBe("outcome_unknown");
    expect(tools.executions).toHaveLength(1);
  });

  it("asks a person before a writing tool is executed again, where its policy says so", async () => {
    const { begun, tools } = fragile({}, { on_unknown_outcome: "ask" });
    await using engine = await TestEngine.start({
      model: calling(),
      tools,
      env: { TOOL_POLICIES: "fragile=allow" },
    });
    const run_id = await engine.ask("Use the fragile tool");
    await begun;
    await bury(engine, "tool");
    await engine.until(run_id, ({ type }) => type === "workflow.waiting_for_approval");
    expect(tools.executions).toHaveLength(1);
    await engine.approve(run_id, { decision: "approved" });
    const events = await engine.until(run_id);

    expect(tools.executions).toHaveLength(2);
    only(events, "tool.completed");
    await expectProven(engine, run_id);
  });
});

describe("a message that nobody can work on", () => {
  it("is buried, and the call that waits for it ends with the reason", async () => {
    const tools = new ScriptedToolbox({
      reader: { annotations: { readOnlyHint: true }, run: async () => "read" },
    });
    const model = new ScriptedModel([[{ call: "reader", with: {} }], [{ say: "So be it." }]]);
    await using engine = await TestEngine.start({ model, tools, failing_ledger: true });
    const events = await engine.until(await engine.ask("Use the reader tool"));

    expect(only(events, "tool.failed").data.error).toMatchObject({ code: "internal" });
    only(events, "run.completed");
  });
});

describe("many runs at once", () => {
  it("do not wait on each other", async () => {
    const all_started = gate();
    const runs = 200;
    let started = 0;
    const meeting = {
      annotations: { readOnlyHint: true },
      run: async () => {
        started += 1;
        if (started === runs) all_started.open();
        await all_started.opened;
        return "met";
      },
    };
    const model = new ScriptedModel([
      ...Array.from({ length: runs }, () => [{ call: "meeting", with: {} }]),
      ...Array.from({ length: runs }, () => [{ say: "Met." }]),
    ]);
    await using engine = await TestEngine.start({ model, tools: new ScriptedToolbox({ meeting }) });
    const ids = await Promise.all(Array.from({ length: runs }, () => engine.ask("Meet the others")));
    const histories = await Promise.all(ids.map((run_id) => engine.until(run_id)));

    expect(histories.map((events) => events.at(-1)?.type)).toEqual(ids.map(() => "run.completed"));
  });
});

describe("no tool worker alive", () => {
  it("holds a run back until one is, instead of answering without tools", async () => {
    const model = new ScriptedModel([[{ say: "With tools at hand." }]]);
    await using engine = await TestEngine.start({ model, without_tool_worker: true });
    const run_id = await engine.ask("Tell me a thing");
    const events = await engine.until(run_id, ({ type }) => type === "workflow.retrying");
    expect(only(events, "workflow.retrying").data.error.code).toBe("no_tool_worker");
    await engine.startToolWorker();
    expect(only(await engine.until(run_id), "run.completed").data.final_text).toBe("With tools at hand.");
  });
});

describe("a store that is out of reach when a tool has done its work", () => {
  it("gets the result when it is back, and the tool is not executed again", async () => {
    const tools = new ScriptedToolbox({ writer: { run: async () => "written" } });
    const model = new ScriptedModel([[{ call: "writer", with: {} }], [{ say: "So be it." }]]);
    await using engine = await TestEngine.start({
      model,
      tools,
      env: { TOOL_POLICIES: "writer=allow" },
      failing_commits: 3,
    });
    const events = await engine.until(await engine.ask("Use the writer tool"));

    only(events, "tool.completed");
    expect(tools.executions).toHaveLength(1);
  });
});

describe("the cache of tool results", () => {
  it("answers for reading tools alone, as the operator knows them", async () => {
    const look = { annotations: { readOnlyHint: true }, run: async () => "done" };
    const tools = new ScriptedToolbox({ look, pay: { ...look, descriptor: { permission_scope: "write" } } });
    const model = new ScriptedModel([
      [
        { call: "look", with: {} },
        { call: "pay", with: {} },
      ],
      [
        { call: "look", with: {} },
        { call: "pay", with: {} },
      ],
      [{ say: "Finished." }],
    ]);
    const env = { CACHE_TOOL_RESULT_ENABLED: "true", TOOL_POLICIES: "pay=allow" };
    await using engine = await TestEngine.start({ model, tools, env });
    await engine.until(await engine.ask("Look and pay, twice"));
    expect(tools.executions.map(({ tool_name }) => tool_name).toSorted()).toEqual(["look", "pay", "pay"]);
  });
});

describe("a cache that is out of reach", () => {
  it("costs no call its result", async () => {
    const tools = new ScriptedToolbox({
      reader: { annotations: { readOnlyHint: true }, run: async () => "read" },
    });
    const model = new ScriptedModel([[{ call: "reader", with: {} }], [{ say: "So be it." }]]);
    const env = { CACHE_TOOL_RESULT_ENABLED: "true" };
    await using engine = await TestEngine.start({ model, tools, env });
    const away = () => Promise.reject(new TransientError("store_unavailable", "the cache is away"));
    Object.assign(engine.container.get(TOKENS.cache), { get: away, set: away });
    const events = await engine.until(await engine.ask("Use the reader tool"));

    expect(only(events, "tool.completed").data.attempt).toBe(1);
    expect(tools.executions).toHaveLength(1);
  });
});
