import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import type { ToolErrorCode } from "../../domain/tools/tool.ts";
import { ToolCallError } from "../../domain/tools/tool-call-error.ts";
import { explain, httpStatus, isMalformed, networkCode } from "./explain-error.ts";
import { NotConnectedError } from "./mcp-connection.ts";
import { redact } from "./secrets.ts";
import type { McpServerConfig } from "./server-config.ts";

/** What went wrong with a call to a server, as the domain has it: who failed, in words without secrets. */
export function toToolCallError(error: unknown, server: McpServerConfig, signal: AbortSignal): ToolCallError {
  if (error instanceof ToolCallError) return error;
  if (signal.reason instanceof ToolCallError) return signal.reason;
  const [code, words] = signal.aborted ? abortion(signal.reason) : classify(error);
  const message = `${words} (MCP server "${server.server_id}")`;
  return new ToolCallError(code, redact(message, server.secrets), { cause: redactedCause(error, server) });
}

type Classified = readonly [code: ToolErrorCode, words: string];

function abortion(reason: unknown): Classified {
  const late = reason instanceof Error && reason.name === "TimeoutError";
  return late
    ? ["timeout", "the tool did not answer in time; whether it took effect is unknown"]
    : ["cancelled", "the call was cancelled; whether it took effect is unknown"];
}

function classify(error: unknown): Classified {
  const words = explain(error);
  if (error instanceof NotConnectedError) return ["unavailable", `the server is not connected: ${words}`];
  if (error instanceof McpError) return [codeOf(error), words];
  if (isMalformed(error)) return ["protocol_error", `the tool was executed, but ${words}`];
  if (httpStatus(error) !== undefined) return ["server_error", words];
  const network = networkCode(error);
  if (network === "ECONNREFUSED" || network === "ENOTFOUND") {
    return ["unavailable", `the server cannot be reached: ${words}`];
  }
  return ["server_error", `the connection failed; whether the call took effect is unknown: ${words}`];
}

function codeOf(error: McpError): ToolErrorCode {
  switch (error.code) {
    case ErrorCode.InvalidParams:
      return "invalid_arguments";
    case ErrorCode.ParseError:
    case ErrorCode.InvalidRequest:
    case ErrorCode.MethodNotFound:
    case ErrorCode.UrlElicitationRequired:
      return "protocol_error";
    case ErrorCode.RequestTimeout:
      return "timeout";
    default:
      return "server_error";
  }
}

/** Logs print causes: one that holds a secret is not kept. */
function redactedCause(error: unknown, { secrets }: McpServerConfig): unknown {
  const texts =
    error instanceof Error ? `${error.message}\n${error.stack}\n${explain(error)}` : String(error);
  return redact(texts, secrets) === texts ? error : undefined;
}
