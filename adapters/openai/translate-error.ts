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

/**
 * What the client throws, with its retry meaning: rate limits, server errors and lost connections pass.
 * `api_key` is taken out of whatever the server says, since some echo it.
 */
export function translateError(error: unknown, api_key: string): DomainError {
  if (error instanceof DomainError) return error;
  const cause = redactCause(error, api_key);
  const message = redact(error instanceof Error ? error.message : String(error), api_key);
  if (error instanceof APIConnectionError) {
    const reached = redact(`the model's server cannot be reached: ${innermost(error)}`, api_key);
    return new TransientError("model_unreachable", reached, { cause });
  }
  if (error instanceof APIError) return fromAnswer(error, message, cause);
  if (error instanceof OpenAIError) return new TerminalError("model_error", message, { cause });
  return new TransientError("broken_stream", `the model's answer broke off: ${message}`, { cause });
}

/** An error status, or an error in the middle of a stream, where only its code may tell the status. */
function fromAnswer(error: APIError, message: string, cause: unknown): DomainError {
  const { code, type, headers } = error;
  const status = error.status ?? (Number(code) || undefined);
  if (code === "insufficient_quota" || type === "insufficient_quota") {
    return new TerminalError("insufficient_quota", message, { cause });
  }
  if (isOverflow(status, code, message)) return new ContextOverflow(message, cause);
  const passes = status === undefined || status === 408 || status === 409 || status === 429 || status >= 500;
  if (!passes) return new TerminalError("model_error", message, { cause });
  const wait = retryAfterSeconds(headers);
  const limited = status === 429 || code === "rate_limit_exceeded";
  return new TransientError(limited ? "rate_limited" : "model_error", message, {
    cause,
    ...(wait !== null && { retry_after_seconds: wait }),
  });
}

/** Only OpenAI has a code for it. A rate limit may speak of too many tokens too, and passes. */
function isOverflow(status: number | undefined, code: unknown, message: string): boolean {
  if (code === "context_length_exceeded") return true;
  const refused = status === undefined || status === 400 || status === 413 || status === 422;
  return refused && /context[ _-]?(?:length|window|size)|maximum context|prompt is too long/i.test(message);
}

/** The client says "Connection error."; what was wrong is at the end of the causes. */
function innermost(error: Error): string {
  return error.cause instanceof Error ? innermost(error.cause) : error.message;
}
