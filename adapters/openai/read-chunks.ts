import { EventSourceParserStream } from "eventsource-parser/stream";
import { APIError } from "openai";
import type { ChatCompletionChunk } from "openai/resources/chat/completions";

/** The server's word that its answer is complete. */
export const DONE = Symbol("done");

/**
 * The pieces of an answer as a server sends them: a stream of events, or one JSON document from servers that
 * do not stream. Throws APIError for an error that comes in their place. `[DONE]` gives DONE; what follows it
 * is read and dropped, so that the connection can be used again.
 */
export async function* readChunks(
  response: Response,
): AsyncGenerator<ChatCompletionChunk | typeof DONE, void> {
  const type = response.headers.get("content-type") ?? "";
  if (type.includes("text/html")) {
    throw new Error("the server sent a web page; a base URL names the API, and usually ends in /v1");
  }
  if (type.includes("application/json")) yield* readDocument(response);
  else if (response.body !== null) yield* readEvents(response, response.body);
}

async function* readEvents(
  response: Response,
  body: NonNullable<Response["body"]>,
): AsyncGenerator<ChatCompletionChunk | typeof DONE, void> {
  const events = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  let done = false;
  for await (const { event, data } of events) {
    if (done) continue;
    done = data === "[DONE]";
    if (done) yield DONE;
    else yield asChunk(JSON.parse(data), response, event === "error");
  }
}

async function* readDocument(response: Response): AsyncGenerator<ChatCompletionChunk | typeof DONE, void> {
  const text = await response.text();
  const whole = asChunk(JSON.parse(text), response);
  if (!Array.isArray(whole.choices)) throw new Error(`the server sent something else: ${text}`);
  yield whole;
  yield DONE;
}

/** Servers put errors under `error`, as an object or a string, into an event of that name, or at the top level. */
function asChunk(value: unknown, { headers }: Response, is_error = false): ChatCompletionChunk {
  if (typeof value !== "object" || value === null) throw new SyntaxError("a piece of it is no object");
  const told = "error" in value && value.error;
  if (told || is_error || ("object" in value && value.object === "error")) {
    const problem = typeof told === "string" ? { message: told } : told || value;
    throw new APIError(undefined, problem, undefined, headers);
  }
  return value as ChatCompletionChunk;
}
