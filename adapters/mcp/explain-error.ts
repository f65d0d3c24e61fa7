import { OAuthError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
import { McpError } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { cutToBytes } from "../../domain/tools/limit-output.ts";

const MAX_BYTES = 2_048;

/** What a person can do about a status, where the number alone does not say. */
const STATUS_WORDS: Readonly<Record<number, string>> = {
  401: "its credentials are missing, wrong or expired",
  403: "its credentials do not allow this",
  429: "too many requests",
};

/** What a library threw, as words for a person: without the library's prefixes, with the cause it hides. */
export function explain(error: unknown): string {
  return cutToBytes(words(error), MAX_BYTES);
}

/** The HTTP status that an HTTP server answered with instead of MCP, when that is what went wrong. */
export function httpStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || error instanceof McpError || !("code" in error)) return undefined;
  const { code } = error;
  return typeof code === "number" && code >= 100 && code < 600 ? code : undefined;
}

/** The system's error code (ECONNREFUSED, …) of a network failure, however deep it is wrapped. */
export function networkCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = causeOf(at), depth += 1) {
    if ("code" in at && typeof at.code === "string" && /^(E[A-Z]+|UND_ERR_\w+)$/.test(at.code))
      return at.code;
  }
  return undefined;
}

/** The other side sent what its schema does not allow. */
export function isMalformed(error: unknown): error is z.core.$ZodError {
  return error instanceof z.core.$ZodError;
}

function words(error: unknown): string {
  if (error instanceof McpError) return error.message.replace(/^(MCP error -?\d+: )+/, "");
  if (isMalformed(error)) {
    const [issue] = error.issues;
    return `it sent something malformed: ${issue?.path.join(".")}: ${issue?.message}`;
  }
  if (!(error instanceof Error)) return String(error);
  if (error instanceof OAuthError) {
    return `signing in failed: ${error.errorCode}${error.message === "" ? "" : `: ${error.message}`}`;
  }
  const status = httpStatus(error);
  if (status !== undefined) {
    const meaning = STATUS_WORDS[status] === undefined ? "" : ` (${STATUS_WORDS[status]})`;
    return `it answered HTTP ${status}${meaning}: ${httpWords(error.message)}`;
  }
  const cause = causeOf(error);
  return cause instanceof Error ? `${error.message}: ${words(cause)}` : error.message;
}

function httpWords(message: string): string {
  return message.replace(/^Streamable HTTP error: /, "").replace(/^Error POSTing to endpoint: /, "");
}

/** Connecting to a name with several addresses fails once for each; one is enough to tell. */
function causeOf(error: Error): unknown {
  return error.cause instanceof AggregateError ? error.cause.errors[0] : error.cause;
}
