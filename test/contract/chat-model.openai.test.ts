import { openAiModel } from "../support/openai-model.ts";
import { OpenAiServer, type WireAct, type WireRequest } from "../support/openai-server.ts";
import { chatModelContract, type ModelBehaviour } from "./chat-model.contract.ts";

chatModelContract("OpenAI", async (behaviour) => {
  const server = await OpenAiServer.start((request) => script(behaviour, request));
  return {
    model: openAiModel(server.url),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
});

/** What a model behind the wire says; it repeats the results that it was given. */
function script(behaviour: ModelBehaviour, { messages, tools }: WireRequest): readonly WireAct[] {
  const results = messages.flatMap(({ role, content }) => (role === "tool" ? [content] : []));
  switch (behaviour) {
    case "answers":
      return ANSWER;
    case "streams_slowly":
      return ANSWER.flatMap((act) => [act, { pause_ms: 500 }]);
    case "calls":
      return tools !== undefined && results.length === 0
        ? CALLS
        : [{ text: `Found: ${results.join(", ")}` }, { finish: "stop" }];
    default:
      return behaviour satisfies never;
  }
}

const ANSWER: readonly WireAct[] = [
  ..."A lease is the right to drive a run [concepts#lease-1].".split(/(?<= )/).map((text) => ({ text })),
  { finish: "stop" },
];

const CALLS: readonly WireAct[] = [
  { call: { index: 0, id: "call_a", name: "calculator", args: '{"expression":' } },
  { call: { index: 1, id: "call_b", name: "calculator", args: "" } },
  { call: { index: 0, name: "", args: '"17 + 32"}' } },
  { call: { index: 1, name: "", args: '{"expression":"5 * 6"}' } },
  { finish: "tool_calls" },
  { usage: { prompt_tokens: 60, completion_tokens: 30 } },
];
