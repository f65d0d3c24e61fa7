import { APIConnectionError, APIError, OpenAIError } from "openai";
import { DomainError, TerminalError, TransientError } from "../../domain/errors.ts";
import { redact, redactCause } from "./redact.ts";
import { retryAfterSeconds } from "./retry-after.ts";

/** The request does not fit into the model's context window. */
export class ContextOverflow extends TerminalError {
  constructor(message: string, cause: unknown) {
    super("context_length_exceeded", message, { cause });
  }
}

/** The provider's content filter does not let the request through. */
export class FilteredRequest extends TerminalError {
  constructor(message: string, cause: unknown) {
    super("content_filter", message, { cause });
  }
}

/** The model, or the way its server runs it, takes no tools. */
export class NoTools extends TerminalError {
  constructor(message: string, cause: unknown) {
    super("tools_unsupported", message, { cause });
  }
}

/**
 * What the client throws, with its retry meaning: rate limits, server errors and lost connections pass.
 * `api_key` is taken out of whatever the server says, since some echo it.
 */
export function translateError(error: unknown, api_key: string): DomainError {
  if (error instanceof DomainError) return error;
  const cause = redactCause(error, api_key);
  const message = redact(error instanceof Error ? error.message : String(error), api_key);
  if (error instanceof APIConnectionError) return fromConnection(error, api_key, cause);
  if (error instanceof APIError) return fromAnswer(error, message, cause);
  if (error instanceof OpenAIError) return new TerminalError("model_error", message, { cause });
  return new TransientError("broken_stream", `the model's answer broke off: ${message}`, { cause });
}

/** A server that was never reached did nothing; one whose connection broke may have been at work. */
function fromConnection(error: APIConnectionError, api_key: string, cause: unknown): DomainError {
  const { message, code } = innermost(error);
  const never = code !== undefined && NEVER_REACHED.has(code);
  const told = never ? "the model's server cannot be reached" : "the connection to the model's server broke";
  const text = redact(`${told}: ${message}`, api_key);
  return new TransientError(never ? "model_unreachable" : "broken_stream", text, { cause });
}

const NEVER_REACHED: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** An error status, or an error in the middle of a stream, where only its code may tell the status. */
function fromAnswer(error: APIError, message: string, cause: unknown): DomainError {
  const { code, type, headers } = error;
  const status = error.status ?? (Number(code) || undefined);
  if (code === "insufficient_quota" || type === "insufficient_quota") {
    return new TerminalError("insufficient_quota", message, { cause });
  }
  if (isFiltered(code, message)) return new FilteredRequest(message, cause);
  if (isOverflow(status, code, type, message)) return new ContextOverflow(message, cause);
  const passes = status === undefined || status === 408 || status === 409 || status === 429 || status >= 500;
  if (!passes) return new TerminalError("model_error", message + hint(error), { cause });
  const wait = retryAfterSeconds(headers);
  const limited = status === 429 || code === "rate_limit_exceeded";
  return new TransientError(limited ? "rate_limited" : "model_error", message, {
    cause,
    ...(wait !== null && { retry_after_seconds: wait }),
  });
}

/** Azure, OpenAI and LiteLLM answer a prompt that their filter stops with an error. */
function isFiltered(code: unknown, message: string): boolean {
  return (
    code === "content_filter" ||
    code === "content_policy_violation" ||
    /content management policy|ContentPolicyViolation|flagged as potentially violating/.test(message)
  );
}

/** Only OpenAI has a code for it. A rate limit may speak of too many tokens too, and passes. */
function isOverflow(status: number | undefined, code: unknown, type: unknown, message: string): boolean {
  if (code === "context_length_exceeded" || type === "exceed_context_size_error") return true;
  if (status === 401 || status === 403 || status === 404 || status === 429) return false;
  return OVERFLOWS.test(message);
}

/** In the words of OpenAI and vLLM, llama.cpp, LiteLLM, Anthropic, Gemini and TGI. */
const OVERFLOWS =
  /context[ _-]?(?:length|window|size)|maximum context|prompt is too long|token count.{0,30}exceeds|tokens \+ `max_new_tokens`/i;

/** An address that nobody serves is told without a word about models. */
function hint({ status, error }: APIError): string {
  const told = typeof error === "object" && error !== null && "message" in error;
  return status === 404 && !told ? " (a base URL names the API, and usually ends in /v1)" : "";
}

/** The client says "Connection error."; what was wrong is at the end of the causes. */
function innermost(error: Error): Error & { readonly code?: string } {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}
