import type { ChatCompletionMessageParam, ChatCompletionTool } from "openai/resources/chat/completions";
import type { RetrievedChunk } from "../../domain/knowledge/chunk.ts";
import { endingText } from "../../domain/model/call-ending.ts";
import type { AgentTurn, ChatRequest, EarlierCall, EarlierTurn } from "../../domain/model/chat.ts";
import { fenced } from "../../domain/model/fence.ts";
import type { ToolDescriptor } from "../../domain/tools/tool.ts";
import type { ToolNames } from "./tool-names.ts";

/** The API refuses longer ones. */
const LONGEST_DESCRIPTION = 1024;
/** The API refuses these in a tool's schema itself; within its properties they may stand. */
const REFUSED_AT_THE_TOP = new Set(["anyOf", "oneOf", "allOf", "not", "enum", "$schema"]);

/** The request as messages of the Chat Completions API. */
export function renderMessages(request: ChatRequest, names: ToolNames): ChatCompletionMessageParam[] {
  return [
    { role: "system", content: request.instructions },
    ...request.earlier.flatMap((turn, index) => renderEarlier(turn, index + 1, names)),
    { role: "user", content: renderQuestion(request) },
    ...request.turns.flatMap((turn) => renderTurn(turn, names)),
  ];
}

/** Calls of an earlier turn have no ids any more; the API wants each result told by one. */
function renderEarlier(
  { message, answer, tools = [] }: EarlierTurn,
  number: number,
  names: ToolNames,
): ChatCompletionMessageParam[] {
  const called = tools.map((call, index) => ({ ...call, id: `earlier-${number}-${index + 1}` }));
  return [
    { role: "user", content: message },
    ...renderRound("", called, names),
    { role: "assistant", content: answer },
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

function renderChunk({ chunk_id, text }: RetrievedChunk): string {
  return `[${chunk_id}]\n${text}`;
}

function renderTurn({ text, calls }: AgentTurn, names: ToolNames): ChatCompletionMessageParam[] {
  const told = calls.map(({ call_id, ending, ...call }) => ({
    ...call,
    id: call_id,
    result: endingText(ending),
  }));
  return renderRound(text, told, names);
}

/** What the model said and called in one round, and what came back. */
function renderRound(
  text: string,
  calls: readonly (EarlierCall & { readonly id: string })[],
  names: ToolNames,
): ChatCompletionMessageParam[] {
  // The API refuses an empty list of calls.
  if (calls.length === 0) return text === "" ? [] : [{ role: "assistant", content: text }];
  return [
    {
      role: "assistant",
      content: text === "" ? null : text,
      tool_calls: calls.map(({ id, tool_name, arguments: args }) => ({
        id,
        type: "function",
        function: { name: names.toWire(tool_name), arguments: JSON.stringify(args) },
      })),
    },
    ...calls.map(
      ({ id, result }): ChatCompletionMessageParam => ({ role: "tool", tool_call_id: id, content: result }),
    ),
  ];
}
