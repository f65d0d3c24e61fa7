import { describe, expect, it } from "vitest";
import { TerminalError, TransientError } from "../../../domain/errors.ts";
import { proveRun } from "../../../domain/run/proof.ts";
import { all, gate, only, TestEngine } from "../../support/engine.ts";
import { ScriptedModel } from "../../support/scripted-model.ts";
import { ScriptedToolbox } from "../../support/scripted-toolbox.ts";

const READ = { readOnlyHint: true };
const reader = (answer: string) => ({ annotations: READ, run: async () => answer });

describe("the agent loop", () => {
  it("feeds a tool's result back to the model and ends with its answer", async () => {
    const model = new ScriptedModel([
      [{ call: "clock", with: { zone: "UTC" } }],
      [{ say: "It is " }, { say: "noon." }],
    ]);
    await using engine = await TestEngine.start({
      model,
      tools: new ScriptedToolbox({ clock: reader("12:00") }),
    });
    const run_id = await engine.ask("What time is it?");
    const events = await engine.until(run_id);

    expect(only(events, "run.completed").data.final_text).toBe("It is noon.");
    expect(model.requests[1]?.turns).toMatchObject([
      { calls: [{ tool_name: "clock", arguments: { zone: "UTC" }, ending: { status: "completed" } }] },
    ]);
    expect(proveRun(events, await engine.state(run_id))).toEqual([]);
  });

  it("runs the calls of one turn in parallel and goes on when all have ended", async () => {
    const both = gate();
    let running = 0;
    const slow = {
      annotations: READ,
      run: async () => {
        running += 1;
        if (running === 2) both.open();
        await both.opened;
        return "done";
      },
    };
    const model = new ScriptedModel([
      [
        { call: "one", with: {} },
        { call: "two", with: {} },
      ],
      [{ say: "Both." }],
    ]);
    await using engine = await TestEngine.start({
      model,
      tools: new ScriptedToolbox({ one: slow, two: slow }),
    });
    const events = await engine.until(await engine.ask("Do both"));

    expect(all(events, "tool.completed")).toHaveLength(2);
    expect(model.requests).toHaveLength(2);
    expect(only(events, "run.completed").data.final_text).toBe("Both.");
  });

  it("hands malformed arguments and unknown tools back to the model instead of failing", async () => {
    const model = new ScriptedModel([
      [
        { call: "clock", with: "{not json" },
        { call: "nonsense", with: {} },
      ],
      [{ say: "Sorry, that did not work." }],
    ]);
    await using engine = await TestEngine.start({
      model,
      tools: new ScriptedToolbox({ clock: reader("12:00") }),
    });
    const events = await engine.until(await engine.ask("What time is it?"));

    expect(only(events, "tool.failed").data.error.code).toBe("malformed_arguments");
    expect(only(events, "tool.denied").data.tool_name).toBe("nonsense");
    expect(model.requests[1]?.turns[0]?.calls.map((call) => call.ending.status)).toEqual([
      "failed",
      "denied",
    ]);
    expect(only(events, "run.completed").data.final_text).toBe("Sorry, that did not work.");
  });

  it("takes the tools away after the last round, so that the model must answer", async () => {
    const again = [{ call: "clock", with: {} }];
    const model = new ScriptedModel([again, again, [{ say: "Enough." }]]);
    await using engine = await TestEngine.start({
      model,
      tools: new ScriptedToolbox({ clock: reader("12:00") }),
      env: { MAX_ITERATIONS: "2" },
    });
    const events = await engine.until(await engine.ask("What time is it?"));

    expect(model.requests.map((request) => request.tools.length)).toEqual([1, 1, 0]);
    expect(only(events, "run.completed").data.final_text).toBe("Enough.");
  });

  it("voids what was streamed before a failure, waits, and streams the text anew", async () => {
    const model = new ScriptedModel([
      [{ say: "Half an ans" }, { fail: new TransientError("broken_stream", "the line went dead") }],
      [{ say: "A whole answer." }],
    ]);
    await using engine = await TestEngine.start({ model });
    const events = await engine.until(await engine.ask("Tell me a thing"));
    const types = events.map((event) => event.type);

    expect(only(events, "workflow.retrying").data).toMatchObject({ step: "respond", attempt: 1 });
    expect(types.indexOf("output.reset")).toBeLessThan(types.indexOf("workflow.retrying"));
    expect(only(events, "run.completed").data.final_text).toBe("A whole answer.");
    expect((await engine.state(events[0]?.run_id as never)).attempts.respond).toBe(2);
  });

  it("fails the run at once when the model can never answer, and says why", async () => {
    const model = new ScriptedModel([
      [{ fail: new TerminalError("no_such_model", "the model gpt-0 does not exist") }],
    ]);
    await using engine = await TestEngine.start({ model });
    const events = await engine.until(await engine.ask("Tell me a thing"));

    expect(only(events, "run.failed").data).toMatchObject({
      outcome: "failed",
      reason: "the model gpt-0 does not exist",
    });
    expect(all(events, "workflow.retrying")).toEqual([]);
  });

  it("ends as a refusal when the model declines", async () => {
    const model = new ScriptedModel([[{ say: "No." }, { finish: "refusal" }]]);
    await using engine = await TestEngine.start({ model });
    const events = await engine.until(await engine.ask("Tell me a thing"));

    expect(only(events, "run.failed").data.outcome).toBe("refusal");
  });

  it("tells the model about a tool that takes too long", async () => {
    const model = new ScriptedModel([[{ call: "slow", with: {} }], [{ say: "It took too long." }]]);
    const slow = { annotations: READ, run: (_: unknown, signal: AbortSignal) => aborted(signal) };
    await using engine = await TestEngine.start({
      model,
      tools: new ScriptedToolbox({ slow }),
      env: { TOOL_TIMEOUT_SECONDS: "0.1" },
    });
    const events = await engine.until(await engine.ask("Use the slow tool"));

    expect(only(events, "tool.failed").data.error.code).toBe("timeout");
    expect(only(events, "run.completed").data.final_text).toBe("It took too long.");
  });
});

describe("an MCP server that is away", () => {
  it("is told in the run's history, and costs it nothing but the tools", async () => {
    const tools = new ScriptedToolbox({ clock: reader("12:00") }, [
      { server_id: "files", reason: "connection refused" },
    ]);
    await using engine = await TestEngine.start({
      model: new ScriptedModel([[{ say: "Without tools." }]]),
      tools,
    });
    const run_id = await engine.ask("Tell me a thing");
    const events = await engine.until(run_id);

    expect(only(events, "tool.server.error").data).toMatchObject({ server_id: "files" });
    expect((await engine.state(run_id)).degraded_reason).toContain("files");
    expect(only(events, "run.completed").data.final_text).toBe("Without tools.");
  });
});

describe("stopping a run", () => {
  it("cancels promptly while a model is silent in the middle of its answer", async () => {
    const model = new ScriptedModel([[{ say: "I think" }, { wait: new Promise(() => undefined) }]]);
    await using engine = await TestEngine.start({ model });
    const run_id = await engine.ask("Tell me a thing");
    await engine.until(run_id, ({ type }) => type === "output.chunk");
    const asked = performance.now();
    await engine.cancel(run_id);
    const events = await engine.until(run_id);

    expect(performance.now() - asked).toBeLessThan(500);
    expect(events.at(-1)?.type).toBe("run.cancelled");
    await expect.poll(() => model.aborted.length).toBe(1);
  });

  it("aborts a tool in flight and ends its call exactly once", async () => {
    const started = gate();
    const stopped = gate();
    const hanging = {
      annotations: READ,
      run: async (_: unknown, signal: AbortSignal) => {
        started.open();
        return aborted(signal).finally(() => stopped.open());
      },
    };
    const model = new ScriptedModel([[{ call: "hanging", with: {} }]]);
    await using engine = await TestEngine.start({ model, tools: new ScriptedToolbox({ hanging }) });
    const run_id = await engine.ask("Use the hanging tool");
    await started.opened;
    await engine.cancel(run_id);
    const events = await engine.until(run_id);

    await stopped.opened;
    expect(only(events, "tool.failed").data.error.code).toBe("cancelled");
    expect(proveRun(await engine.history(run_id), await engine.state(run_id))).toEqual([]);
  });

  it("fails a run whose deadline passes while a model is silent", async () => {
    const model = new ScriptedModel([[{ wait: new Promise(() => undefined) }]]);
    await using engine = await TestEngine.start({ model, env: { RUN_DEADLINE_SECONDS: "1" } });
    const events = await engine.until(await engine.ask("Tell me a thing"));

    expect(only(events, "run.failed").data).toMatchObject({ outcome: "failed" });
    expect(only(events, "workflow.failed").data.error?.code).toBe("deadline");
  });
});

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
  );
}
