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

export interface StreamOptions {
  /** The seq behind which the client resumed. */
  readonly after: number;
  /** The seq of the run's latest event when the stream began. */
  readonly head: number;
  /** Milliseconds of silence after which a ping is sent. */
  readonly ping_ms: number;
}

/**
 * Writes events as server-sent events (WHATWG HTML, § 9.2). It takes them only while the client has room for them, so a
 * slow one costs the memory of one batch and one full socket buffer. Frames have no `event:` field but pings, every
 * frame has an id, and none is a comment: clients differ in what they make of those.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #silence: NodeJS.Timeout;
  #cursor: number;
  #head: number;
  #prefix = `retry: ${RETRY_MS}\n`;

  constructor(response: ServerResponse, { after, head, ping_ms }: StreamOptions) {
    this.#response = response;
    this.#cursor = after;
    this.#head = head;
    response.writeHead(200, HEADERS);
    response.flushHeaders();
    this.#silence = setTimeout(() => this.#ping(), ping_ms);
  }

  /** What it returns resolves when there is room for more, or the client has left; undefined when there is room. */
  write(events: readonly RunEvent[]): Promise<void> | undefined {
    return this.#writeNext(writesOf(events));
  }

  end(): void {
    clearTimeout(this.#silence);
    this.#response.end();
  }

  /** Cuts it off, so that the client comes back; after a clean end it would not. */
  fail(): void {
    clearTimeout(this.#silence);
    this.#response.destroy();
  }

  #writeNext(writes: Iterator<Write>): Promise<void> | undefined {
    for (let next = writes.next(); !next.done; next = writes.next()) {
      if (this.#response.destroyed) return undefined;
      const { frames, last_seq } = next.value;
      const room = this.#send(frames);
      this.#cursor = last_seq;
      this.#head = Math.max(this.#head, last_seq);
      this.#silence.refresh();
      if (!room) return this.#drained().then(() => this.#writeNext(writes));
    }
    return undefined;
  }

  #send(frames: string): boolean {
    const room = this.#response.write(this.#prefix + frames);
    this.#prefix = "";
    return room;
  }

  #ping(): void {
    // While the client does not read, it is not silence that it lacks.
    if (!this.#response.writableNeedDrain) this.#send(ping(this.#cursor, this.#head));
    this.#silence.refresh();
  }

  #drained(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = () => {
      this.#response.off("drain", done).off("close", done);
      resolve();
    };
    this.#response.on("drain", done).on("close", done);
    if (this.#response.destroyed) done();
    return promise;
  }
}

interface Write {
  readonly frames: string;
  /** The seq of the last event in them. */
  readonly last_seq: number;
}

function* writesOf(batch: readonly RunEvent[]): Generator<Write, void> {
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
