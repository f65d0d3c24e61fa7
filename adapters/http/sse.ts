import type { ServerResponse } from "node:http";
import type { RunEvent } from "../../domain/run/events.ts";

const RETRY_MS = 1000;

const HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-cache, no-transform",
  "X-Accel-Buffering": "no",
};

/** Frames are written together up to about this many characters: a write costs more than what it writes. */
const WRITTEN_TOGETHER = 16_384;

export interface EventStream {
  /** Events that are at hand together come together. */
  readonly batches: AsyncIterable<readonly RunEvent[]>;
  /** The seq behind which the client resumed. */
  readonly after: number;
  /** The seq of the run's latest event when the stream began. */
  readonly head: number;
  /** Milliseconds of silence after which a ping is sent. */
  readonly ping_ms: number;
  readonly signal: AbortSignal;
}

/**
 * Writes events as server-sent events (WHATWG HTML, § 9.2) until they end. A batch is taken only when the
 * client has room for it, so a slow one costs the memory of one batch and one full socket buffer. Frames have no `event:`
 * field but pings, every frame has an id, and none is a comment: clients differ in what they make of those.
 */
export async function writeEvents(response: ServerResponse, stream: EventStream): Promise<void> {
  let { after: cursor, head } = stream;
  let prefix = `retry: ${RETRY_MS}\n`;
  const write = (frame: string): boolean => {
    const room = response.write(prefix + frame);
    prefix = "";
    return room;
  };

  response.writeHead(200, HEADERS);
  response.flushHeaders();
  const silence = setTimeout(() => {
    // While the client does not read, it is not silence that it lacks.
    if (!response.writableNeedDrain) write(ping(cursor, head));
    silence.refresh();
  }, stream.ping_ms);
  try {
    for await (const batch of stream.batches) {
      for (const { frames, last_seq } of writesOf(batch)) {
        const room = write(frames);
        cursor = last_seq;
        head = Math.max(head, cursor);
        silence.refresh();
        if (!room) await drained(response, stream.signal);
        if (stream.signal.aborted) break;
      }
    }
  } finally {
    clearTimeout(silence);
  }
  response.end();
}

function* writesOf(
  batch: readonly RunEvent[],
): Generator<{ readonly frames: string; readonly last_seq: number }, void> {
  let frames = "";
  for (const [index, event] of batch.entries()) {
    frames += `id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`;
    if (frames.length < WRITTEN_TOGETHER && index < batch.length - 1) continue;
    yield { frames, last_seq: event.seq };
    frames = "";
  }
}

/** Its id is that of the last event: clients resume behind the id they saw last, whatever frame it came on. */
function ping(cursor: number, head_seq: number): string {
  return `event: ping\nid: ${cursor}\ndata: ${JSON.stringify({ head_seq })}\n\n`;
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    response.once("drain", done);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
