/** One message of a server, over whatever transport: more would be cut to a fortieth of it anyway. */
export const MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

const MAX_ERROR_BYTES = 16 * 1024;

/** What a server's message that is too large is told with. */
export const TOO_LARGE = `it sent a message of more than ${MAX_MESSAGE_BYTES / 1024 / 1024} MiB`;

/**
 * `fetch` for talking to MCP servers: a message of a server can take only so much memory, and an error that comes with
 * `Retry-After` says so in its text, which is all of it that the SDK keeps.
 */
export async function boundedFetch(url: string | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  const { body, status, statusText, headers } = response;
  if (body === null) return response;
  if (response.ok) {
    const events = headers.get("content-type")?.includes("text/event-stream") ?? false;
    const bounded = body.pipeThrough(boundedMessages(events));
    return new Response(bounded, { status, statusText, headers });
  }
  const retryAfter = headers.get("retry-after");
  if (retryAfter === null) return response;
  const text = (await response.text().catch(() => "")).slice(0, MAX_ERROR_BYTES);
  const when = /^\d+$/.test(retryAfter) ? `in ${retryAfter} s` : `after ${retryAfter}`;
  return new Response(`${text || statusText} (try again ${when})`, { status, statusText, headers });
}

/** Passes bytes on, and fails when one message has too many: the whole body, or one event of a stream of them. */
function boundedMessages(events: boolean): TransformStream<Uint8Array, Uint8Array> {
  let size = 0;
  let lineIsEmpty = true;
  return new TransformStream({
    transform(chunk, controller) {
      if (events) {
        for (const byte of chunk) {
          if (byte === CARRIAGE_RETURN) continue;
          // An empty line ends an event.
          size = byte === NEWLINE && lineIsEmpty ? 0 : size + 1;
          lineIsEmpty = byte === NEWLINE;
        }
      } else {
        size += chunk.length;
      }
      if (size > MAX_MESSAGE_BYTES) controller.error(new Error(TOO_LARGE));
      else controller.enqueue(chunk);
    },
  });
}

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
