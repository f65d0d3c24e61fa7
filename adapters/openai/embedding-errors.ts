import { APIError } from "openai";
import { type DomainError, TerminalError } from "../../domain/errors.ts";
import { translateError } from "./translate-error.ts";

/** Too many texts in one request, or a text that is too long. */
export class TooMuch extends TerminalError {}

/** The server does not know the encoding it was asked for. */
export class EncodingRefused extends TerminalError {}

/** Statuses of servers without an embeddings endpoint, or without that model. */
const MISSING = [404, 405, 501];
const REFUSED = [400, 413, 422];

/** What the client throws for a request for embeddings, with its retry meaning and what could be done about it. */
export function translateEmbeddingError(
  thrown: unknown,
  { api_key, model }: { readonly api_key: string; readonly model: string },
): DomainError {
  const error = translateError(thrown, api_key);
  if (thrown instanceof SyntaxError) {
    return new TerminalError("embedding_mismatch", `${model} answered something else than JSON`, {
      cause: error,
    });
  }
  const { message, cause } = error;
  const status = thrown instanceof APIError ? thrown.status : undefined;
  if (status === undefined) return error;
  if (MISSING.includes(status)) {
    return new TerminalError(
      "embeddings_missing",
      `the server makes no embeddings with ${model}: ${message}`,
      {
        cause,
      },
    );
  }
  if (!REFUSED.includes(status)) return error;
  if (/encoding|base64/i.test(message)) return new EncodingRefused("model_error", message, { cause });
  const speaksOfSize = /batch|too (?:many|long|large|big)|length|tokens?\b|limit|max|exceed|\bsize\b/i;
  if (status === 413 || speaksOfSize.test(message)) return new TooMuch("input_too_large", message, { cause });
  return error;
}
