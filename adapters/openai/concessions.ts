import type { ChatCompletionCreateParamsStreaming } from "openai/resources/chat/completions";

/** A part of a request that a server or its model may not take, though the API has it. */
export type Optional = "tools" | "stream_options" | "response_format" | "max_tokens";

/** How servers say which part they do not take. Only a request that held the part is looked at. */
const REFUSALS: Readonly<Record<Optional, RegExp>> = {
  // Ollama; vLLM without a tool parser; llama.cpp without templates; OpenRouter; others.
  tools:
    /not support (?:tool|function)|support tool use|tool[_ ]choice.{0,40}requires|tools? (?:param(?:eter)? requires|(?:calling )?(?:is|are) not supported)/i,
  stream_options: /stream_options/,
  response_format: /response_format|json_schema|structured output/i,
  // Newer models know the limit under its new name alone.
  max_tokens: /max_completion_tokens/,
};

/** The part that a refusal is about; null when it is about something else. */
export function refusedPart(
  status: number | undefined,
  message: string,
  body: ChatCompletionCreateParamsStreaming,
): Optional | null {
  if (status === 401 || status === 403 || status === 429) return null;
  const parts = Object.keys(REFUSALS) as Optional[];
  return parts.find((part) => body[part] !== undefined && REFUSALS[part].test(message)) ?? null;
}

/** The request without that part; the limit on its output stays, under its other name. */
export function without(
  part: Optional,
  { [part]: refused, ...rest }: ChatCompletionCreateParamsStreaming,
): ChatCompletionCreateParamsStreaming {
  const renamed = part === "max_tokens" && typeof refused === "number";
  return {
    ...rest,
    ...(renamed && { max_completion_tokens: refused }),
  } as ChatCompletionCreateParamsStreaming;
}
