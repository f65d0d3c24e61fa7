import { describe, expect, it } from "vitest";
import type { OpenAiChatModelOptions } from "../../../adapters/openai/openai-chat-model.ts";
import { proveRun } from "../../../domain/run/proof.ts";
import { all, only, TestEngine } from "../../support/engine.ts";
import { openAiModel, type Script } from "../../support/openai-model.ts";
import { OpenAiServer, type WireAct } from "../../support/openai-server.ts";
import { ScriptedToolbox } from "../../support/scripted-toolbox.ts";
import { chunk } from "../deterministic/requests.ts";

const ANSWER = "All is well.";
const FINE: readonly WireAct[] = [{ text: ANSWER }, { finish: "stop" }];
const CLOCK = new ScriptedToolbox({
  "time.now": { annotations: { readOnlyHint: true }, run: async () => "12:00" },
});
const call = (args: string): readonly WireAct[] => [
  { call: { index: 0, id: "call_1", name: "time_now", args } },
  { finish: "tool_calls" },
];

/** A run of the whole engine with a model behind a real HTTP server. */
async function run(
  script: Script,
  env: Readonly<Record<string, string>> = {},
  options: Partial<OpenAiChatModelOptions> = {},
) {
  await using server = await OpenAiServer.start(script);
  await using engine = await TestEngine.start({
    model: openAiModel(server.url, options),
    tools: CLOCK,
    env,
  });
  const run_id = await engine.ask("Tell me a thing");
  const events = await engine.until(run_id);
  const state = await engine.state(run_id);
  expect(proveRun(events, state)).toEqual([]);
  return { events, state, requests: server.requests, types: events.map(({ type }) => type) };
}

describe("a run on an OpenAI-compatible model", () => {
  it("calls a tool by its own name, is told its result, and adds up what it cost", async () => {
    const { events, requests } = await run((_, count) =>
      count === 0
        ? [...call('{"zone":"UTC"}'), { usage: { prompt_tokens: 100, completion_tokens: 10 } }]
        : [
            { text: "It is noon." },
            { finish: "stop" },
            { usage: { prompt_tokens: 200, completion_tokens: 20 } },
          ],
    );
    expect(only(events, "tool.completed").data.tool_name).toBe("time.now");
    expect(requests[1]?.messages.at(-1)).toMatchObject({ role: "tool", content: "12:00" });
    expect(only(events, "run.completed").data.final_text).toBe("It is noon.");
    expect(only(events, "cost.aggregated").data).toMatchObject({
      total_model_calls: 2,
      total_input_tokens: 300,
      total_output_tokens: 30,
      total_cost_usd: expect.closeTo((300 * 2 + 30 * 8) / 1e6, 12),
    });
  });

  it("waits as long as a rate limit asks for, and goes on", async () => {
    const limited: WireAct = { status: 429, headers: { "retry-after": "2" } };
    const { events } = await run((_, count) => (count === 0 ? [limited] : FINE));
    const retrying = only(events, "workflow.retrying");
    expect(retrying.data).toMatchObject({ step: "respond", error: { code: "rate_limited" } });
    expect(retrying.data.backoff_seconds).toBe(2);
    const [, again] = all(events, "model.started");
    expect(Date.parse(again?.ts ?? "") - Date.parse(retrying.ts)).toBeGreaterThanOrEqual(1990);
    expect(only(events, "run.completed").data.final_text).toBe(ANSWER);
  });

  it("voids the text of a stream that was cut, and streams it anew", async () => {
    const cut: readonly WireAct[] = [{ text: "All is w" }, { pause_ms: 200 }, { cut: true }];
    const { events, types } = await run((_, count) => (count === 0 ? cut : FINE));
    expect(only(events, "workflow.retrying").data.error.code).toBe("broken_stream");
    expect(types.indexOf("output.chunk")).toBeLessThan(types.indexOf("output.reset"));
    expect(types.indexOf("output.reset")).toBeLessThan(types.indexOf("workflow.retrying"));
    expect(only(events, "run.completed").data.final_text).toBe(ANSWER);
  });

  it.each<[string, readonly WireAct[], string]>([
    ["declines", [{ refusal: "I won't." }, { finish: "stop" }], "declined"],
    ["is filtered", [{ text: "Well" }, { finish: "content_filter" }], "content filter"],
  ])("ends as a refusal when the model %s", async (_, acts, why) => {
    const { events } = await run(() => acts);
    expect(only(events, "run.failed").data).toMatchObject({
      outcome: "refusal",
      reason: expect.stringContaining(why),
    });
  });

  it("hands malformed arguments back to the model", async () => {
    const { events, requests } = await run((_, count) => (count === 0 ? call('{"zone":') : FINE));
    expect(only(events, "tool.failed").data.error.code).toBe("malformed_arguments");
    expect(requests[1]?.messages.at(-1)).toMatchObject({
      role: "tool",
      content: expect.stringContaining("not a JSON object"),
    });
    expect(only(events, "run.completed").data.final_text).toBe(ANSWER);
  });

  it("says that it left evidence out to fit the model", async () => {
    const tooLong: WireAct = {
      status: 400,
      body: { error: { code: "context_length_exceeded", message: "too long" } },
    };
    await using server = await OpenAiServer.start((_, count) => (count === 0 ? [tooLong] : FINE));
    const evidence = [chunk("doc#1", "All is well.")];
    await using engine = await TestEngine.start({ model: openAiModel(server.url), evidence });
    const run_id = await engine.ask("Tell me a thing");
    const events = await engine.until(run_id, ({ type }) => type === "degraded.mode.entered");
    expect(only(events, "degraded.mode.entered").data).toMatchObject({
      scope: "context_window",
      reason: "left out to fit the model's context window: 1 chunk of evidence",
    });
  });

  it("says that an answer ends at the limit on its length", async () => {
    const { events } = await run(() => [{ text: "All is w" }, { finish: "length" }]);
    expect(only(events, "degraded.mode.entered").data).toMatchObject({
      scope: "output_limit",
      reason: expect.stringContaining("the limit on the model's output"),
    });
    expect(only(events, "run.completed").data.final_text).toBe("All is w");
  });

  it("fails at once when the model thinks up to the limit and says nothing", async () => {
    const thought = { chunk: { choices: [{ index: 0, delta: { reasoning_content: "Hm." } }] } };
    const { events, requests } = await run(() => [thought, { finish: "length" }]);
    expect(requests).toHaveLength(1);
    expect(only(events, "workflow.failed").data.error?.code).toBe("output_limit");
  });

  it("says that the model takes no tools, and answers without", async () => {
    const no: WireAct = { status: 400, body: { error: { message: "gemma does not support tools" } } };
    const { events } = await run(({ tools }) => (tools === undefined ? FINE : [no]));
    expect(only(events, "degraded.mode.entered").data).toMatchObject({
      scope: "tools",
      reason: expect.stringContaining("the model takes none: 400 gemma does not support tools"),
    });
    expect(only(events, "run.completed").data.final_text).toBe(ANSWER);
  });

  it("records each call of a model with its end, also one that failed", async () => {
    const busy: WireAct = { status: 503, headers: { "retry-after-ms": "10" }, body: "busy" };
    const { events } = await run((_, count) => (count === 0 ? [busy] : FINE));
    expect(only(events, "model.failed").data).toMatchObject({
      capability: "generation",
      error: { code: "model_error", message: "503 busy" },
    });
    expect(all(events, "model.started").map(({ data }) => data.capability)).toEqual([
      "generation",
      "generation",
    ]);
    expect(only(events, "model.completed").data).not.toHaveProperty("answer");
  });

  it("has all its tries for each round of the agent loop", async () => {
    const busy: WireAct = { status: 503, headers: { "retry-after-ms": "10" } };
    const { events } = await run((_, count) => (count % 2 === 0 ? [busy] : count < 9 ? call("{}") : FINE));
    expect(all(events, "workflow.retrying")).toHaveLength(5);
    expect(only(events, "run.completed").data.final_text).toBe(ANSWER);
  });

  it("keeps a very long stream whole, in far fewer commits than it came in pieces", async () => {
    const pieces = Array.from({ length: 10_000 }, (_, index) => ({ text: `word${index} ` }));
    const { events } = await run(() => [...pieces, { finish: "stop" }]);
    const { final_text } = only(events, "run.completed").data;
    expect(final_text).toBe(pieces.map(({ text }) => text).join(""));
    expect(all(events, "output.chunk").length).toBeLessThan(1000);
  });

  it("fails at once, in the server's words, when the key is wrong", async () => {
    const wrong: WireAct = { status: 401, body: { error: { message: "Incorrect API key provided" } } };
    const { events } = await run(() => [wrong]);
    expect(only(events, "run.failed").data).toMatchObject({
      outcome: "failed",
      reason: "401 Incorrect API key provided",
    });
    expect(all(events, "workflow.retrying")).toEqual([]);
  });

  it("hangs up on the model when it is cancelled", async () => {
    await using server = await OpenAiServer.start(() => [
      { text: "Let me think" },
      { wait: new Promise(() => undefined) },
    ]);
    await using engine = await TestEngine.start({ model: openAiModel(server.url) });
    const run_id = await engine.ask("Tell me a thing");
    await engine.until(run_id, ({ type }) => type === "output.chunk");
    await engine.cancel(run_id);
    expect((await engine.until(run_id)).at(-1)?.type).toBe("run.cancelled");
    await expect.poll(() => server.aborted).toBe(1);
  });
});

/** `openAiModel` lets an answer have 1000 tokens at 8 dollars a million: at most 0.008 dollars, and the input. */
describe("the budget of a run", () => {
  const usage = { usage: { prompt_tokens: 500, completion_tokens: 900 } };
  const paid = (acts: readonly WireAct[]) => [...acts, usage];

  it("lets a call be made whose worst case fits, and announces what it reserves", async () => {
    const { events, state } = await run(() => paid(FINE), { RUN_MODEL_BUDGET_USD: "0.02" });
    const { reserved_usd } = only(events, "model.started").data;
    expect(reserved_usd).toBeGreaterThan(0.008);
    expect(reserved_usd).toBeLessThan(0.02);
    expect(state).toMatchObject({ reserved_usd: 0, lost_usd: 0 });
    expect(only(events, "run.completed").data.final_text).toBe(ANSWER);
  });

  it("refuses the call that might pass it, before anybody is asked", async () => {
    const { events, requests } = await run(() => FINE, { RUN_MODEL_BUDGET_USD: "0.005" });
    expect(requests).toEqual([]);
    expect(only(events, "rate.limit.exceeded").data).toMatchObject({
      scope: "model_budget",
      metadata: { left_usd: 0.005 },
    });
    expect(only(events, "run.failed").data).toMatchObject({
      outcome: "failure",
      reason: expect.stringMatching(
        /^the next model call may cost up to \$0\.\d+, and \$0\.005 of the run's budget/,
      ),
    });
  });

  it("is used up by the rounds of the agent loop, and never passed", async () => {
    const { events, state } = await run(() => paid(call("{}")), { RUN_MODEL_BUDGET_USD: "0.03" });
    expect(all(events, "model.completed").length).toBeGreaterThan(1);
    expect(only(events, "run.failed").data.outcome).toBe("failure");
    expect(only(events, "workflow.failed").data.error?.code).toBe("budget_exceeded");
    expect(state.cost.total_cost_usd).toBeLessThanOrEqual(0.03);
  });

  it("is charged with the worst case of a call that broke off in its answer", async () => {
    const cut: readonly WireAct[] = [{ text: "All is w" }, { pause_ms: 200 }, { cut: true }];
    const { events, requests, state } = await run(() => cut, { RUN_MODEL_BUDGET_USD: "0.015" });
    expect(requests).toHaveLength(1);
    expect(state.lost_usd).toBe(only(events, "model.started").data.reserved_usd);
    expect(only(events, "model.failed").data.lost_usd).toBe(state.lost_usd);
    expect(only(events, "run.failed").data.outcome).toBe("failure");
  });

  it("is charged with the worst case of a call that fell silent before it said anything", async () => {
    const silent: readonly WireAct[] = [{ wait: new Promise(() => undefined) }];
    const { state, requests } = await run(
      () => silent,
      { RUN_MODEL_BUDGET_USD: "0.015" },
      { first_token_ms: 50 },
    );
    expect(requests).toHaveLength(1);
    expect(state.lost_usd).toBeGreaterThan(0.008);
  });

  it("is not charged with calls that were turned away", async () => {
    const limited: WireAct = { status: 429, headers: { "retry-after-ms": "10" } };
    const { events, state } = await run((_, count) => (count === 0 ? [limited] : FINE), {
      RUN_MODEL_BUDGET_USD: "0.015",
    });
    expect(state.lost_usd).toBe(0);
    expect(only(events, "run.completed").data.final_text).toBe(ANSWER);
  });
});
