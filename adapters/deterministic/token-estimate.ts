import type { ChatRequest } from "../../domain/model/chat.ts";
import { outputText } from "../../domain/tools/tool.ts";

/** English text has about four characters a token in the tokenizers of current models. */
const CHARACTERS_PER_TOKEN = 4;

/** An estimate, since nothing is tokenized here: a quarter of the characters, rounded up. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

/** The estimate for all that a request gives to read. */
export function inputTokens(request: ChatRequest): number {
  const { instructions, message, context, earlier, evidence, turns, tools } = request;
  const texts = [
    instructions,
    message,
    context ?? "",
    ...earlier.flatMap((turn) => [turn.message, turn.answer]),
    ...evidence.map((chunk) => chunk.chunk_id + chunk.text),
    ...tools.map((tool) => tool.name + tool.description + JSON.stringify(tool.input_schema)),
    ...turns.flatMap((turn) => [
      turn.text,
      ...turn.calls.map(({ tool_name, arguments: args, ending }) => {
        const told = ending.status === "completed" ? outputText(ending.output) : JSON.stringify(ending);
        return tool_name + JSON.stringify(args) + told;
      }),
    ]),
  ];
  return estimateTokens(texts.join("\n"));
}
