import type { ChatCompletionMessageParam, ChatCompletionTool } from "openai/resources/chat/completions";
import type { RetrievedChunk } from "../../domain/knowledge/chunk.ts";
import type { AgentTurn, CallEnding, ChatRequest } from "../../domain/model/chat.ts";
import { outputText, type ToolDescriptor } from "../../domain/tools/tool.ts";
import type { ToolNames } from "./tool-names.ts";

/** The API refuses longer ones. */
const LONGEST_DESCRIPTION = 1024;
/** The API refuses these in a tool's schema itself; within its properties they may stand. */
const REFUSED_AT_THE_TOP = new Set(["anyOf", "oneOf", "allOf", "not", "enum", "$schema"]);

/** The request as messages of the Chat Completions API. */
export function renderMessages(request: ChatRequest, names: ToolNames): ChatCompletionMessageParam[] {
  return [
    { role: "system", content: request.instructions },
    ...request.earlier.flatMap(({ message, answer }): ChatCompletionMessageParam[] => [
      { role: "user", content: message },
      { role: "assistant", content: answer },
    ]),
    { role: "user", content: renderQuestion(request) },
    ...request.turns.flatMap((turn) => renderTurn(turn, names)),
  ];
}

export function renderTools({ tools }: ChatRequest, names: ToolNames): ChatCompletionTool[] {
  return tools.map((tool) => ({
    type: "function",
    function: {
      name: names.toWire(tool.name),
      description: describe(tool),
      parameters: parametersOf(tool.input_schema),
    },
  }));
}

/**
 * The schema as the API takes it: an object that names its properties, if there are none too, and no choice at
 * the top. What is left out here still holds for a call: it is checked against the whole schema.
 */
function parametersOf(input_schema: ToolDescriptor["input_schema"]): Record<string, unknown> {
  const taken = Object.entries(input_schema).filter(([keyword]) => !REFUSED_AT_THE_TOP.has(keyword));
  return { properties: {}, ...Object.fromEntries(taken), type: "object" };
}

/** A tool that is away is offered all the same, so that the model can say why it does not use it. */
function describe({ description, available, unavailable_reason }: ToolDescriptor): string {
  const text = available ? description : `Not available now: ${unavailable_reason}. ${description}`;
  return text.slice(0, LONGEST_DESCRIPTION);
}

function renderQuestion({ message, context, evidence }: ChatRequest): string {
  const parts = [message];
  if (context !== null) parts.push(fenced("context", context));
  if (evidence.length > 0) parts.push(fenced("evidence", evidence.map(renderChunk).join("\n\n")));
  return parts.join("\n\n");
}

/** Fenced off and named as data: what it says is no instruction. So it must not end its own fence. */
function fenced(name: "context" | "evidence", text: string): string {
  const inside = text.replaceAll(/<(\/?\s*(?:context|evidence)\s*)>/gi, "‹$1›");
  return `<${name}>\n${inside}\n</${name}>`;
}

function renderChunk({ chunk_id, text }: RetrievedChunk): string {
  return `[${chunk_id}]\n${text}`;
}

function renderTurn({ text, calls }: AgentTurn, names: ToolNames): ChatCompletionMessageParam[] {
  // The API refuses an empty list of calls.
  if (calls.length === 0) return text === "" ? [] : [{ role: "assistant", content: text }];
  return [
    {
      role: "assistant",
      content: text === "" ? null : text,
      tool_calls: calls.map(({ call_id, tool_name, arguments: args }) => ({
        id: call_id,
        type: "function",
        function: { name: names.toWire(tool_name), arguments: JSON.stringify(args) },
      })),
    },
    ...calls.map(
      ({ call_id, ending }): ChatCompletionMessageParam => ({
        role: "tool",
        tool_call_id: call_id,
        content: renderEnding(ending),
      }),
    ),
  ];
}

function renderEnding(ending: CallEnding): string {
  switch (ending.status) {
    case "completed":
      return outputText(ending.output);
    case "failed":
      return `The call failed (${ending.error.code}): ${ending.error.message}`;
    case "denied":
      return `The call was denied: ${ending.reason}`;
    default:
      return ending satisfies never;
  }
}
