import type { ChatRequest } from "../../domain/model/chat.ts";
import { tokensOfBytes } from "../../domain/model/tokens.ts";
import { outputText, type ToolDescriptor } from "../../domain/tools/tool.ts";

/** The tools of a deployment are the same from request to request. */
const bytesOfTools = new WeakMap<ToolDescriptor, number>();

/** The estimate for all that a request gives to read. */
export function inputTokens(request: ChatRequest): number {
  const { instructions, message, context, earlier, evidence, turns, tools } = request;
  const texts = [
    instructions,
    message,
    context ?? "",
    ...earlier.flatMap((turn) => [turn.message, turn.answer, JSON.stringify(turn.tools ?? [])]),
    ...evidence.map((chunk) => chunk.chunk_id + chunk.text),
    ...turns.flatMap((turn) => [
      turn.text,
      ...turn.calls.map(({ tool_name, arguments: args, ending }) => {
        const told = ending.status === "completed" ? outputText(ending.output) : JSON.stringify(ending);
        return tool_name + JSON.stringify(args) + told;
      }),
    ]),
  ];
  const bytes = [...texts.map((text) => Buffer.byteLength(text)), ...tools.map(bytesOfTool)];
  // A line each.
  return tokensOfBytes(bytes.reduce((sum, more) => sum + more + 1, -1));
}

function bytesOfTool(tool: ToolDescriptor): number {
  const bytes =
    bytesOfTools.get(tool) ??
    Buffer.byteLength(tool.name + tool.description + JSON.stringify(tool.input_schema));
  bytesOfTools.set(tool, bytes);
  return bytes;
}
