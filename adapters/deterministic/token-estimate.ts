import type { ChatRequest } from "../../domain/model/chat.ts";
import { estimateTokens } from "../../domain/model/tokens.ts";
import { outputText, type ToolDescriptor } from "../../domain/tools/tool.ts";

/** The tools of a deployment are the same from request to request. */
const toolTexts = new WeakMap<ToolDescriptor, string>();

/** The estimate for all that a request gives to read. */
export function inputTokens(request: ChatRequest): number {
  const { instructions, message, context, earlier, evidence, turns, tools } = request;
  const texts = [
    instructions,
    message,
    context ?? "",
    ...earlier.flatMap((turn) => [turn.message, turn.answer, JSON.stringify(turn.tools ?? [])]),
    ...evidence.map((chunk) => chunk.chunk_id + chunk.text),
    ...tools.map(toolText),
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

function toolText(tool: ToolDescriptor): string {
  const text = toolTexts.get(tool) ?? tool.name + tool.description + JSON.stringify(tool.input_schema);
  toolTexts.set(tool, text);
  return text;
}
