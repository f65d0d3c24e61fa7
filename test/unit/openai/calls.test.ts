import { describe, expect, it } from "vitest";
import { answerTo, callsOf, endOf } from "../../support/openai-model.ts";
import type { WireAct } from "../../support/openai-server.ts";
import { request, tool } from "../deterministic/requests.ts";

const ASKED = request("Compare the weather", { tools: [tool("weather"), tool("clock")] });
const PARIS = { tool_name: "weather", arguments: { city: "Paris" } };
const ROME = { tool_name: "weather", arguments: { city: "Rome" } };

const fragments = (...calls: readonly object[]): WireAct => ({
  chunk: { choices: [{ index: 0, delta: { tool_calls: calls } }] },
});
const named = (name: string, args: unknown, more: object = {}) => ({
  ...more,
  type: "function",
  function: { name, arguments: args },
});
const rest = (args: string, more: object = {}) => ({ ...more, function: { arguments: args } });

async function callsFrom(...acts: readonly WireAct[]) {
  const { deltas } = await answerTo(ASKED, () => [...acts, { finish: "tool_calls" }]);
  expect(endOf(deltas).finish_reason).toBe("tool_calls");
  return callsOf(deltas);
}

describe("calls over the wire", () => {
  it.each<[string, readonly WireAct[]]>([
    [
      "interleaved by index",
      [
        fragments(named("weather", "", { index: 0, id: "a" })),
        fragments(named("weather", "", { index: 1, id: "b" })),
        fragments(rest('{"city":', { index: 0 })),
        fragments(rest('{"city":"Ro', { index: 1 })),
        fragments(rest('"Paris"}', { index: 0 }), rest('me"}', { index: 1 })),
      ],
    ],
    [
      "one after the other, with an index",
      [
        fragments(named("weather", '{"city":', { index: 0, id: "a" })),
        fragments(rest('"Paris"}', { index: 0 })),
        fragments(named("weather", '{"city":"Rome"}', { index: 1, id: "b" })),
      ],
    ],
    [
      "with ids and no index, the rest of each with neither",
      [
        fragments(named("weather", '{"city":', { id: "a" })),
        fragments(rest('"Paris"}')),
        fragments(named("weather", "", { id: "b" })),
        fragments(rest('{"city":"Rome"}')),
      ],
    ],
    [
      "with the id in every fragment and no index",
      [
        fragments(named("weather", "", { id: "a" }), named("weather", "", { id: "b" })),
        fragments(rest('{"city":"Rome"}', { id: "b" }), rest('{"city":"Paris"}', { id: "a" })),
      ],
    ],
    [
      "whole, in one chunk, with neither index nor id",
      [fragments(named("weather", '{"city":"Paris"}'), named("weather", '{"city":"Rome"}'))],
    ],
    [
      "whole, in chunks of their own, with an index and no id",
      [
        fragments(named("weather", '{"city":"Paris"}', { index: 0 })),
        fragments(named("weather", '{"city":"Rome"}', { index: 1 })),
      ],
    ],
    [
      "all under index 0, told apart by id",
      [
        fragments(named("weather", '{"city":"Paris"}', { index: 0, id: "a" })),
        fragments(named("weather", '{"city":', { index: 0, id: "b" })),
        fragments(rest('"Rome"}', { index: 0 })),
      ],
    ],
    [
      "with the name and the id repeated in every fragment",
      [
        fragments(named("weather", '{"city":', { index: 0, id: "a" })),
        fragments(named("weather", '"Paris"}', { index: 0, id: "a" })),
        fragments(named("weather", '{"city":', { index: 1, id: "b" })),
        fragments(named("weather", '"Rome"}', { index: 1, id: "b" })),
      ],
    ],
    [
      "with empty ids and nulls for what is left out",
      [
        fragments(named("weather", '{"city":', { index: null, id: "" })),
        fragments({ index: null, id: null, function: { name: null, arguments: '"Paris"}' } }),
        fragments(named("weather", '{"city":"Rome"}', { index: null, id: "" })),
      ],
    ],
    [
      "with arguments that are no string but the object",
      [fragments(named("weather", { city: "Paris" }), named("weather", { city: "Rome" }))],
    ],
    [
      "with one id for all of them and no index",
      [
        fragments(named("weather", '{"city":"Paris"}', { id: "call" })),
        fragments(named("weather", '{"city":', { id: "call" }), rest('"Rome"}', { id: "call" })),
      ],
    ],
    [
      "with one id for all of them, told apart by index",
      [
        fragments(
          named("weather", '{"city":"Paris"}', { index: 0, id: "call" }),
          named("weather", '{"city":"Rome"}', { index: 1, id: "call" }),
        ),
      ],
    ],
    [
      "with names in pieces, by index",
      [
        fragments(named("wea", "", { index: 0, id: "a" }), named("weat", "", { index: 1, id: "b" })),
        fragments(named("ther", "", { index: 0 }), named("her", '{"city":"Rome"}', { index: 1 })),
        fragments(rest('{"city":"Paris"}', { index: 0 })),
      ],
    ],
    [
      "with names in pieces and nothing to tell whose they are",
      [
        fragments(named("wea", "")),
        fragments(named("ther", '{"city":"Paris"}')),
        fragments(named("weather", '{"city":"Rome"}')),
      ],
    ],
    [
      "with an empty object ahead of the arguments",
      [
        fragments(
          named("weather", "{}", { index: 0, id: "a" }),
          named("weather", "{}", { index: 1, id: "b" }),
        ),
        fragments(rest('{"city":"Paris"}', { index: 0 }), rest('{"city":"Rome"}', { index: 1 })),
      ],
    ],
    [
      "with arguments that are encoded twice",
      [
        fragments(
          named("weather", JSON.stringify('{"city":"Paris"}'), { index: 0 }),
          named("weather", JSON.stringify('{"city":"Rome"}'), { index: 1 }),
        ),
      ],
    ],
    [
      "under the namespace in which the model was shown them",
      [
        fragments(named("functions.weather", '{"city":"Paris"}', { index: 0, id: "a" })),
        fragments(named("functions.weather", '{"city":"Rome"}', { index: 1, id: "b" })),
      ],
    ],
  ])("are put together when they come %s", async (_, acts) => {
    expect(await callsFrom(...acts)).toEqual([PARIS, ROME]);
  });

  it("may come as the one function call of the API's first days", async () => {
    const piece = (call: object): WireAct => ({
      chunk: { choices: [{ index: 0, delta: { function_call: call } }] },
    });
    const calls = await callsFrom(
      piece({ name: "weather", arguments: '{"city"' }),
      piece({ arguments: ':"Paris"}' }),
    );
    expect(calls).toEqual([PARIS]);
  });

  it("may come in one document from a server that does not stream", async () => {
    const tool_calls = [
      named("weather", '{"city":"Paris"}', { id: "a" }),
      named("weather", { city: "Rome" }),
    ];
    const message = { role: "assistant", content: null, tool_calls };
    const body = { choices: [{ index: 0, message, finish_reason: "tool_calls" }] };
    const { deltas } = await answerTo(ASKED, () => [{ status: 200, body }]);
    expect(callsOf(deltas)).toEqual([PARIS, ROME]);
  });

  it("keep the order in which they began, whatever their index", async () => {
    const calls = await callsFrom(
      fragments(named("clock", "{}", { index: 3, id: "b" })),
      fragments(named("weather", '{"city":"Paris"}', { index: 1, id: "a" })),
    );
    expect(calls).toEqual([{ tool_name: "clock", arguments: {} }, PARIS]);
  });

  it.each(["", "  ", "{}"])("have no arguments when they say %j", async (args) => {
    expect(await callsFrom(fragments(named("clock", args, { index: 0, id: "a" })))).toEqual([
      { tool_name: "clock", arguments: {} },
    ]);
  });

  it.each(['{"city": "Par', "Paris", '["Paris"]', "null", "42"])(
    "are malformed when the arguments are %j",
    async (args) => {
      expect(await callsFrom(fragments(named("weather", args, { index: 0, id: "a" })))).toEqual([
        { tool_name: "weather", malformed: args },
      ]);
    },
  );

  it("are malformed when their arguments nest without end", async () => {
    const args = (levels: number) => `{"city":${"[".repeat(levels)}${"]".repeat(levels)}}`;
    const [call] = await callsFrom(fragments(named("weather", args(20_000), { index: 0, id: "a" })));
    expect(call).toHaveProperty("malformed");
    const [fine] = await callsFrom(fragments(named("weather", args(20), { index: 0, id: "a" })));
    expect(fine).toHaveProperty("arguments");
  });

  it("may stand beside fragments of nothing", async () => {
    const call = named("weather", '{"city":"Paris"}', { index: 0 });
    const nothing = { choices: [{ index: 0, delta: { tool_calls: [null, {}] } }] };
    expect(await callsFrom({ chunk: nothing }, fragments(call), { chunk: nothing })).toEqual([PARIS]);
  });

  it("come beside text", async () => {
    const { deltas } = await answerTo(ASKED, () => [
      { text: "Let me see." },
      fragments(named("weather", '{"city":"Paris"}', { index: 0, id: "a" })),
      { finish: "tool_calls" },
    ]);
    expect(deltas.map(({ type }) => type)).toEqual(["text", "call", "end"]);
  });

  it("count as such though the server says stop", async () => {
    const acts = [fragments(named("weather", '{"city":"Paris"}', { index: 0, id: "a" })), { finish: "stop" }];
    const { deltas } = await answerTo(ASKED, () => acts);
    expect(callsOf(deltas)).toEqual([PARIS]);
    expect(endOf(deltas).finish_reason).toBe("tool_calls");
  });
});
