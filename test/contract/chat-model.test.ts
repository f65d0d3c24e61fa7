import { DeterministicChatModel } from "../../adapters/deterministic/deterministic-model.ts";
import { openAiModel } from "../support/openai-model.ts";
import { OpenAiServer, type WireAct } from "../support/openai-server.ts";
import { calculator, chunksOf, request } from "../unit/deterministic/requests.ts";
import { chatModelContract } from "./chat-model.contract.ts";

const PAUSE_MS = 60;
const GUIDE = `# Ports

## The default port

The API listens on port 8000 unless the variable PORT says otherwise, and on this machine alone.
`;
const REQUESTS = {
  answered: request("Which port does the API listen on?", { evidence: chunksOf("ports", GUIDE) }),
  calling: request("What is 12 * 7?", { tools: [calculator] }),
};

chatModelContract("the deterministic model", async () => ({
  model: new DeterministicChatModel({ delay_ms_per_word: PAUSE_MS }),
  ...REQUESTS,
  async [Symbol.asyncDispose]() {},
}));

chatModelContract("OpenAI's wire format", async () => {
  const server = await OpenAiServer.start(({ tools }) => (tools ? CALL : TEXT));
  return {
    model: openAiModel(server.url),
    ...REQUESTS,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
});

const TEXT: readonly WireAct[] = [
  ..."The API listens on port 8000 unless PORT says otherwise."
    .split(/(?<= )/)
    .flatMap((text) => [{ text }, { pause_ms: PAUSE_MS }]),
  { finish: "stop" },
];
const CALL: readonly WireAct[] = [
  { call: { index: 0, id: "call_1", name: "calculator", args: '{"expression":' } },
  { call: { index: 0, name: "", args: '"12 * 7"}' } },
  { finish: "tool_calls" },
  { usage: { prompt_tokens: 20, completion_tokens: 9 } },
];
