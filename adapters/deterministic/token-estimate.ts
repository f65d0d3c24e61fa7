import type { ChatRequest } from "../../domain/model/chat.ts";
import { estimateTokens } from "../../domain/model/tokens.ts";
import { outputText } from "../../domain/tools/tool.ts";

/** The estimate for all that a request gives to read. */
export function inputTokens(request: ChatRequest): number {
  const { instructions, message, context, earlier, evidence, turns, tools } = request;
  const texts = [
    instructions,
    message,
    context ?? "",
    ...earlier.flatMap((turn) => [turn.message, turn.answer, JSON.stringify(turn.tools ?? [])]),
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
