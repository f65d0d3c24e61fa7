import type { Json } from "../../../domain/json.ts";
import type { AgentTurn, FinishedCall } from "../../../domain/model/chat.ts";
import { outputText, type ToolError, type ToolOutput } from "../../../domain/tools/tool.ts";
import { CALCULATOR } from "../intents/arithmetic.ts";
import { isFileTool } from "../intents/github-files.ts";
import { describeFiles } from "./files.ts";
import { endSentence, quote } from "./quote.ts";

/** What came back from the tools, told in prose; "" when nothing was called. */
export function tellResults(turns: readonly AgentTurn[]): string {
  const calls = turns.flatMap((turn) => turn.calls);
  const results = calls.flatMap((call) => calculated(call) ?? []);
  const others = calls.filter((call) => calculated(call) === null).map(tell);
  return [...(results.length === 0 ? [] : [listed(results)]), ...others].join("\n\n");
}

/** "17 + 32 = 49" */
function calculated({ tool_name, arguments: { expression }, ending }: FinishedCall): string | null {
  if (tool_name !== CALCULATOR || ending.status !== "completed" || typeof expression !== "string")
    return null;
  return `${expression.trim().replace(/\s*=\s*$/, "")} = ${resultOf(ending.output)}`;
}

function resultOf(output: ToolOutput): string {
  const result = fieldOf(output.structured, "result") ?? outputText(output);
  return String(result).trim();
}

function listed(results: readonly string[]): string {
  if (results.length > 2) return results.map((result) => `- ${result}`).join("\n");
  return `${results.join(" and ")}.`;
}

function tell(call: FinishedCall): string {
  const name = `\`${call.tool_name}\``;
  const { ending } = call;
  switch (ending.status) {
    case "completed":
      return isFileTool(call.tool_name)
        ? describeFiles(call, ending.output)
        : `${name} returned${quote(outputText(ending.output))}`;
    case "failed":
      return failed(call, ending.error);
    case "denied":
      return `I was not allowed to call ${name}: ${endSentence(ending.reason)}`;
    default:
      return ending satisfies never;
  }
}

function failed(call: FinishedCall, { code, message }: ToolError): string {
  const name = `\`${call.tool_name}\``;
  const why = endSentence(message);
  const { expression } = call.arguments;
  switch (code) {
    case "outcome_unknown":
      return `I can't tell whether the call to ${name} took effect: it was interrupted, so it may or may not have happened. Check before you ask for it again. (${why})`;
    case "tool_error":
      if (call.tool_name === CALCULATOR && typeof expression === "string") {
        return `I could not calculate ${expression}: ${why}`;
      }
      return `The call to ${name} failed: ${why}`;
    case "invalid_arguments":
    case "malformed_arguments":
      return `The call to ${name} failed because its arguments are not right: ${why}`;
    case "unavailable":
      return `The call to ${name} failed because the tool is not available: ${why}`;
    case "timeout":
      return `The call to ${name} failed because it took too long: ${why}`;
    case "cancelled":
    case "run_ended":
      return `The call to ${name} was cancelled: ${why}`;
    case "server_error":
    case "protocol_error":
      return `The call to ${name} failed because of its server: ${why}`;
    case "too_many_deliveries":
    case "not_recorded":
    case "internal":
      return `The call to ${name} failed: ${why}`;
    default:
      return code satisfies never;
  }
}

function fieldOf(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return (value as { readonly [key: string]: Json })[name];
}
