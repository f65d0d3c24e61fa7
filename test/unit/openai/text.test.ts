import { describe, expect, it } from "vitest";
import { answerTo, endOf, failureOf, openAiModel, textOf } from "../../support/openai-model.ts";
import type { WireAct } from "../../support/openai-server.ts";
import { request } from "../deterministic/requests.ts";

const ASKED = request("How are you?");
const answer = (...acts: readonly WireAct[]) => answerTo(ASKED, () => acts);
const delta = (given: object, more: object = {}) => ({
  chunk: { choices: [{ index: 0, delta: given, ...more }] },
});

describe("text over the wire", () => {
  it("comes piece by piece, as it was streamed", async () => {
    const { deltas } = await answer({ text: "Fine, " }, { text: "thank you — 🎺" }, { finish: "stop" });
    expect(deltas.slice(0, -1)).toEqual([
      { type: "text", text: "Fine, " },
      { type: "text", text: "thank you — 🎺" },
    ]);
    expect(endOf(deltas).finish_reason).toBe("stop");
  });

  it("is asked for as a stream with usage, with the key, within the limit on its length", async () => {
    const { requests } = await answer({ text: "Fine." }, { finish: "stop" });
    expect(requests).toMatchObject([
      { model: "test-model", stream: true, stream_options: { include_usage: true }, max_tokens: 1000 },
    ]);
    expect(requests[0]).not.toHaveProperty("max_completion_tokens");
    expect(requests[0]).not.toHaveProperty("tools");
  });

  it("leaves the limit to the server when there is none", async () => {
    const options = { max_output_tokens: null };
    const { requests } = await answerTo(ASKED, () => [{ text: "Fine." }, { finish: "stop" }], options);
    expect(requests[0]).not.toHaveProperty("max_tokens");
  });

  it("says when it ran into the limit", async () => {
    const { deltas } = await answer({ text: "Fine, th" }, { finish: "length" });
    expect(endOf(deltas).finish_reason).toBe("length");
  });
});

describe("usage and costs", () => {
  it("are what the server reports, at the model's price", async () => {
    const { deltas } = await answer(
      { text: "Fine." },
      { finish: "stop" },
      { usage: { prompt_tokens: 1000, completion_tokens: 250 } },
    );
    expect(endOf(deltas)).toMatchObject({ input_tokens: 1000, output_tokens: 250, cost_usd: 0.004 });
  });

  it("are estimated from the characters when the server reports none", async () => {
    const { deltas } = await answer({ text: "x".repeat(400) }, { finish: "stop" });
    const { input_tokens, output_tokens, cost_usd } = endOf(deltas);
    expect(output_tokens).toBe(100);
    expect(input_tokens).toBeGreaterThan(10);
    expect(cost_usd).toBeCloseTo((input_tokens * 2 + 100 * 8) / 1e6, 12);
  });

  it("count what a model thinks, for it is paid for", async () => {
    const { deltas } = await answer(
      delta({ reasoning_content: "y".repeat(400) }),
      { text: "z".repeat(40) },
      { finish: "stop" },
    );
    expect(endOf(deltas).output_tokens).toBe(110);
    expect(textOf(deltas)).toBe("z".repeat(40));
  });

  it("take the last report of a server that reports with every chunk", async () => {
    const usage = (completion_tokens: number) => ({ usage: { prompt_tokens: 7, completion_tokens } });
    const { deltas } = await answer(
      { chunk: { choices: [{ index: 0, delta: { content: "Fi" } }], ...usage(1) } },
      { chunk: { choices: [{ index: 0, delta: { content: "ne." } }], ...usage(2) } },
      { chunk: { choices: [{ index: 0, delta: {}, finish_reason: "stop" }], ...usage(3) } },
    );
    expect(endOf(deltas)).toMatchObject({ input_tokens: 7, output_tokens: 3 });
    expect(textOf(deltas)).toBe("Fine.");
  });

  it.each([
    { prompt_tokens: 0, completion_tokens: 0 },
    { prompt_tokens: -5, completion_tokens: -2 },
    { prompt_tokens: null, completion_tokens: "many" },
    {},
  ])("are estimated where the server reports %j", async (usage) => {
    const { deltas } = await answer(
      { text: "x".repeat(400) },
      { finish: "stop" },
      { chunk: { choices: [], usage } },
    );
    expect(endOf(deltas).output_tokens).toBe(100);
    expect(endOf(deltas).input_tokens).toBeGreaterThan(10);
  });

  it("tell what was cached and what was thought, each at its price", async () => {
    const usage = {
      prompt_tokens: 1000,
      completion_tokens: 250,
      total_tokens: 1250,
      prompt_tokens_details: { cached_tokens: 800 },
      completion_tokens_details: { reasoning_tokens: 200 },
    };
    const prices = { "test-model": { input: 2, output: 8, cached: 0.5 } };
    const acts: WireAct[] = [{ text: "Fine." }, { finish: "stop" }, { chunk: { choices: [], usage } }];
    const { deltas } = await answerTo(ASKED, () => acts, { prices });
    expect(endOf(deltas)).toMatchObject({
      cached_tokens: 800,
      reasoning_tokens: 200,
      output_tokens: 250,
      cost_usd: expect.closeTo((200 * 2 + 800 * 0.5 + 250 * 8) / 1e6, 12),
    });
  });

  it("count what was thought beside the output, where the total says that it is", async () => {
    const usage = {
      prompt_tokens: 1000,
      completion_tokens: 50,
      total_tokens: 1250,
      completion_tokens_details: { reasoning_tokens: 200 },
    };
    const { deltas } = await answer({ text: "Fine." }, { finish: "stop" }, { chunk: { choices: [], usage } });
    expect(endOf(deltas)).toMatchObject({ output_tokens: 250, reasoning_tokens: 200 });
  });

  it("are foreseen at a token for each byte, as text takes that no tokenizer shortens", () => {
    const model = openAiModel("http://127.0.0.1:9/v1", { max_output_tokens: 0 });
    const [short, long] = ["", "é".repeat(1000)].map((text) => model.worstCaseUsd(request(text)));
    expect((long ?? 0) - (short ?? 0)).toBeCloseTo((2000 * 2) / 1e6, 12);
  });

  it("are nothing for a model without a price", async () => {
    const { deltas } = await answerTo(ASKED, () => [{ text: "Fine." }, { finish: "stop" }], { prices: {} });
    expect(endOf(deltas).cost_usd).toBe(0);
  });
});

describe("what compatible servers leave out and add", () => {
  it.each<[string, readonly WireAct[]]>([
    ["no [DONE]", [{ text: "Fine." }, { finish: "stop" }, { hang_up: true }]],
    [
      "a connection that breaks behind the end",
      [{ text: "Fine." }, { finish: "stop" }, { pause_ms: 50 }, { cut: true }],
    ],
    [
      "a first chunk with the role alone",
      [delta({ role: "assistant" }), { text: "Fine." }, { finish: "stop" }],
    ],
    [
      "empty text and null text",
      [delta({ content: "" }), delta({ content: null }), { text: "Fine." }, { finish: "stop" }],
    ],
    ["empty tool_calls", [delta({ content: "Fine.", tool_calls: [] }), { finish: "stop" }]],
    ["null tool_calls", [delta({ content: "Fine.", tool_calls: null }), { finish: "stop" }]],
    [
      "finish_reason null throughout",
      [delta({ content: "Fine." }, { finish_reason: null }), { finish: "stop" }],
    ],
    ["the end in the chunk of the last text", [delta({ content: "Fine." }, { finish_reason: "stop" })]],
    ["a finish_reason of its own", [{ text: "Fine." }, { finish: "eos" }]],
    ["tool_calls as a reason without any", [{ text: "Fine." }, { finish: "tool_calls" }]],
    [
      "usage that is null",
      [{ chunk: { choices: [{ index: 0, delta: { content: "Fine." } }], usage: null } }, { finish: "stop" }],
    ],
    ["no reason but final usage", [{ text: "Fine." }, { usage: { prompt_tokens: 1, completion_tokens: 2 } }]],
    [
      "chunks without choices",
      [{ chunk: { choices: [] } }, { chunk: {} }, { text: "Fine." }, { finish: "stop" }],
    ],
    [
      "a chunk without delta",
      [{ text: "Fine." }, { chunk: { choices: [{ index: 0, finish_reason: "stop" }] } }],
    ],
    [
      "fields nobody knows",
      [delta({ content: "Fine.", annotations: [], x: 1 }, { logprobs: null, y: {} }), { finish: "stop" }],
    ],
    [
      "comments that keep the line open",
      [{ raw: ": PROCESSING\n\n" }, { text: "Fine." }, { finish: "stop" }],
    ],
    [
      "CRLF line ends",
      [{ raw: 'data: {"choices":[{"delta":{"content":"Fine."},"finish_reason":"stop"}]}\r\n\r\n' }],
    ],
    [
      "a frame without the space behind its colon",
      [{ raw: 'data:{"choices":[{"delta":{"content":"Fine."},"finish_reason":"stop"}]}\n\n' }],
    ],
    ["no reason at all but [DONE]", [{ text: "Fine." }]],
    [
      "text in parts",
      [
        delta({
          content: [
            { type: "text", text: "Fi" },
            { type: "text", text: "ne." },
          ],
        }),
        { finish: "stop" },
      ],
    ],
    [
      "thoughts in their own field",
      [delta({ reasoning_content: "Hm." }), { text: "Fine." }, { finish: "stop" }],
    ],
    ["thoughts ahead of the text", [{ text: "<think>Hm.</think>\n\nFine." }, { finish: "stop" }]],
    [
      "thoughts ahead of the text, however they are cut",
      [...[..." <think>Hm. <b></think>\n\nFine."].map((text) => ({ text })), { finish: "stop" }],
    ],
    [
      "[DONE] without hanging up",
      [
        { text: "Fine." },
        { finish: "stop" },
        { raw: "data: [DONE]\n\n" },
        { wait: new Promise(() => undefined) },
      ],
    ],
    [
      "whatever stands behind [DONE]",
      [{ text: "Fine." }, { raw: "data: [DONE]\n\n" }, { text: " Not this." }],
    ],
    [
      "what Azure says of its filters",
      [
        { chunk: { id: "", model: "", choices: [], prompt_filter_results: [{ prompt_index: 0 }] } },
        delta(
          { role: "assistant", content: "", refusal: null },
          { content_filter_results: {}, logprobs: null },
        ),
        { text: "Fine." },
        { finish: "stop" },
      ],
    ],
    [
      "an answer in one document, though a stream was asked for",
      [
        {
          status: 200,
          body: {
            choices: [{ index: 0, message: { role: "assistant", content: "Fine." }, finish_reason: "stop" }],
          },
        },
      ],
    ],
  ])("%s changes nothing", async (_, acts) => {
    const { deltas } = await answerTo(ASKED, () => acts);
    expect(textOf(deltas)).toBe("Fine.");
    expect(deltas.filter(({ type }) => type === "call")).toEqual([]);
    expect(endOf(deltas).finish_reason).toBe("stop");
  });

  it.each(["<thi", "<thinking about it>", "a <think> tag", "< 3"])(
    "%j at the beginning of an answer is no thought",
    async (text) => {
      const { deltas } = await answerTo(ASKED, () => [
        ...[...text].map((text) => ({ text })),
        { finish: "stop" },
      ]);
      expect(textOf(deltas)).toBe(text);
    },
  );

  it("a character that the network cuts in two stays whole", async () => {
    const frame = Buffer.from(
      'data: {"choices":[{"delta":{"content":"日本🎺"},"finish_reason":"stop"}]}\n\n',
    );
    const acts = [...frame].map((byte) => ({ raw: Buffer.from([byte]) }));
    const { deltas } = await answerTo(ASKED, () => acts);
    expect(textOf(deltas)).toBe("日本🎺");
  });

  it("thoughts that never end are no answer", async () => {
    const { deltas } = await answer({ text: "<think>Hm, hm" }, { finish: "length" });
    expect(textOf(deltas)).toBe("");
    expect(endOf(deltas)).toMatchObject({ finish_reason: "length", output_tokens: 4 });
  });

  it("a server that neither sends usage nor hangs up behind the end costs a moment", async () => {
    const silent = { wait: new Promise(() => undefined) };
    const acts = [{ text: "Fine." }, { finish: "stop" }, silent];
    const { deltas } = await answerTo(ASKED, () => acts, { between_tokens_ms: 100 });
    expect(textOf(deltas)).toBe("Fine.");
    expect(endOf(deltas).output_tokens).toBe(2);
  });
});

describe("an answer that is withheld", () => {
  it("is a refusal when the model declines, with what it says", async () => {
    const { deltas } = await answer({ refusal: "I can't " }, { refusal: "help." }, { finish: "stop" });
    expect(textOf(deltas)).toBe("I can't help.");
    expect(endOf(deltas).finish_reason).toBe("refusal");
  });

  it.each([
    {
      message:
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
      code: "content_filter",
      innererror: { code: "ResponsibleAIPolicyViolation" },
    },
    { message: "litellm.ContentPolicyViolationError: no", code: "400" },
    { message: "Invalid prompt: your prompt was flagged as potentially violating our usage policy." },
  ])("is filtered when the provider lets the prompt not even through: %j", async (error) => {
    const { deltas } = await answer({ status: 400, body: { error } });
    expect(deltas).toEqual([
      { type: "end", finish_reason: "content_filter", input_tokens: 0, output_tokens: 0, cost_usd: 0 },
    ]);
  });

  it("is filtered when the provider stops it, and calls that had begun are dropped", async () => {
    const { deltas } = await answer(
      { text: "First you " },
      { call: { index: 0, id: "a", name: "shell", args: "{}" } },
      { finish: "content_filter" },
    );
    expect(deltas.filter(({ type }) => type === "call")).toEqual([]);
    expect(endOf(deltas).finish_reason).toBe("content_filter");
  });
});

describe("an answer that is not complete", () => {
  it.each<[string, readonly WireAct[]]>([
    ["is cut in the middle", [{ text: "Fi" }, { pause_ms: 20 }, { cut: true }]],
    ["ends without a reason and without [DONE]", [{ text: "Fi" }, { hang_up: true }]],
    ["never began", []],
    [
      "is cut in the middle of a call",
      [{ call: { index: 0, id: "a", name: "f", args: '{"a":' } }, { pause_ms: 20 }, { cut: true }],
    ],
    ["is no JSON", [{ text: "Fi" }, { raw: "data: {oops\n\n" }, { finish: "stop" }]],
    ["is another kind of document", [{ raw: "<html>busy</html>" }]],
    ["is a web page", [{ status: 200, headers: { "content-type": "text/html" }, body: "<html>" }]],
    ["is JSON of another kind", [{ status: 200, body: { detail: "busy" } }]],
  ])("%s: it may be asked for again", async (_, acts) => {
    expect(await failureOf(ASKED, () => acts)).toMatchObject({
      name: "TransientError",
      code: "broken_stream",
    });
  });
});
