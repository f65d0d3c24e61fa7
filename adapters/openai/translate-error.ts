import { APIConnectionError, APIError, OpenAIError } from "openai";
import { DomainError, TerminalError, TransientError } from "../../domain/errors.ts";

/** The request does not fit into the model's context window. */
export class ContextOverflow extends TerminalError {
  constructor(message: string, cause: unknown) {
    super("context_length_exceeded", message, { cause });
  }
}

/** What the client throws, with its retry meaning. Rate limits, server errors and lost connections pass. */
export function translateError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (error instanceof APIConnectionError) {
    return new TransientError("model_unreachable", `the model's server cannot be reached: ${error.message}`, {
      cause: error,
    });
  }
  if (error instanceof APIError) return fromStatus(error);
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof OpenAIError) return new TerminalError("model_error", message, { cause: error });
  return new TransientError("broken_stream", `the model's answer broke off: ${message}`, { cause: error });
}

function fromStatus(error: APIError): DomainError {
  const { status, code, message } = error;
  if (code === "context_length_exceeded" || /context (length|window)|maximum context/i.test(message)) {
    return new ContextOverflow(message, error);
  }
  if (code === "insufficient_quota")
    return new TerminalError("insufficient_quota", message, { cause: error });
  const passes = status === undefined || status === 408 || status === 409 || status === 429 || status >= 500;
  if (!passes) return new TerminalError("model_error", message, { cause: error });
  const wait = retryAfterSeconds(error.headers);
  return new TransientError(status === 429 ? "rate_limited" : "model_error", message, {
    cause: error,
    ...(wait !== undefined && { retry_after_seconds: wait }),
  });
}

/** Retry-After in seconds or as a date (RFC 9110), or the more exact retry-after-ms. */
function retryAfterSeconds(headers: Headers | undefined): number | undefined {
  const exact = Number(headers?.get("retry-after-ms") ?? Number.NaN);
  if (Number.isFinite(exact)) return Math.max(0, exact / 1000);
  const told = headers?.get("retry-after");
  if (told === null || told === undefined) return undefined;
  const seconds = Number(told);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const at = Date.parse(told);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - Date.now()) / 1000);
}
