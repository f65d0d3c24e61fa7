import { OpenAiChatModel, type OpenAiChatModelOptions } from "../../adapters/openai/openai-chat-model.ts";
import type { ChatDelta, ChatRequest } from "../../domain/model/chat.ts";
import { OpenAiServer, type WireAct, type WireRequest } from "./openai-server.ts";

/** Long enough to be recognised and taken out wherever it shows up. */
export const TEST_KEY = "sk-test-0123456789abcdef";

export function openAiModel(
  base_url: string,
  options: Partial<OpenAiChatModelOptions> = {},
): OpenAiChatModel {
  const model = "test-model";
  return new OpenAiChatModel({
    api_key: TEST_KEY,
    base_url,
    models: { planning: model, generation: model, verification: model, classification: model },
    prices: { [model]: { input: 2, output: 8 } },
    max_output_tokens: 1000,
    first_token_ms: 5000,
    between_tokens_ms: 5000,
    ...options,
  });
}

export type Script = (request: WireRequest, count: number) => readonly WireAct[];

/** What a model makes of one request when its server plays the script. */
export async function answerTo(
  request: ChatRequest,
  script: Script,
  options: Partial<OpenAiChatModelOptions> = {},
): Promise<{ readonly deltas: readonly ChatDelta[]; readonly requests: readonly WireRequest[] }> {
  await using server = await OpenAiServer.start(script);
  const stream = openAiModel(server.url, options).stream(request, AbortSignal.timeout(20_000));
  const deltas = await Array.fromAsync(stream);
  return { deltas, requests: server.requests };
}

/** What one request fails with. */
export async function failureOf(
  request: ChatRequest,
  script: Script,
  options: Partial<OpenAiChatModelOptions> = {},
): Promise<unknown> {
  return answerTo(request, script, options).then(
    ({ deltas }) => {
      throw new Error(`it answered: ${JSON.stringify(deltas)}`);
    },
    (error: unknown) => error,
  );
}

export function textOf(deltas: readonly ChatDelta[]): string {
  return deltas.map((delta) => (delta.type === "text" ? delta.text : "")).join("");
}

export function callsOf(deltas: readonly ChatDelta[]) {
  return deltas.flatMap((delta) => (delta.type === "call" ? [delta.call] : []));
}

export function endOf(deltas: readonly ChatDelta[]) {
  const end = deltas.at(-1);
  if (end?.type !== "end") throw new Error(`the last delta is ${end?.type}, not the end`);
  return end;
}
