import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { afterEach, describe, expect, it } from "vitest";
import { EventStream } from "../../../adapters/http/sse.ts";
import type { EventId, RunId, Timestamp } from "../../../domain/ids.ts";
import type { RunEvent } from "../../../domain/run/events.ts";
import { gate } from "../../support/engine.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that answers every request with `handle`. */
async function serve(handle: (response: ServerResponse) => Promise<void>): Promise<string> {
  const server = createServer((_request, response) => void handle(response));
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const chunk = (seq: number, text = "."): RunEvent => ({
  id: `event-${seq}` as EventId,
  run_id: "run-12345678" as RunId,
  seq,
  ts: "2026-01-01T00:00:00.000Z" as Timestamp,
  type: "output.chunk",
  data: { text, step: "respond", attempt: 1 },
});

const options = { after: 0, head: 0, ping_ms: 60_000 };

async function writeEvents(
  response: ServerResponse,
  { batches, ...rest }: typeof options & { readonly batches: AsyncIterable<readonly RunEvent[]> },
): Promise<void> {
  const stream = new EventStream(response, rest);
  for await (const batch of batches) await stream.write(batch);
  stream.end();
}

async function* streamOf(...batches: (readonly RunEvent[])[]) {
  yield* batches;
}

describe("server-sent events", () => {
  it("are frames of an id and one line of data; retry rides on the first", async () => {
    const url = await serve((response) =>
      writeEvents(response, { ...options, batches: streamOf([chunk(1), chunk(2, "two\nlines\u2028\r")]) }),
    );
    const response = await fetch(url);
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-cache, no-transform");
    expect(response.headers.get("x-accel-buffering")).toBe("no");
    expect(await response.text()).toBe(
      [
        `retry: 1000\nid: 1\ndata: ${JSON.stringify(chunk(1))}\n\n`,
        `id: 2\ndata: ${JSON.stringify(chunk(2, "two\nlines\u2028\r"))}\n\n`,
      ].join(""),
    );
  });

  it("are all there when many come together, each with its own id", async () => {
    const many = Array.from({ length: 1000 }, (_, index) => chunk(index + 1, "x".repeat(100)));
    const url = await serve((response) =>
      writeEvents(response, { ...options, batches: streamOf(many, [chunk(1001)]) }),
    );
    const ids: string[] = [];
    const parser = createParser({ onEvent: ({ id = "" }) => ids.push(id) });
    parser.feed(await (await fetch(url)).text());
    expect(ids).toEqual(Array.from({ length: 1001 }, (_, index) => String(index + 1)));
  });

  it("send their headers before there is an event", async () => {
    const held = gate();
    const url = await serve((response) =>
      writeEvents(response, {
        ...options,
        batches: (async function* () {
          await held.opened;
          yield [chunk(1)];
        })(),
      }),
    );
    const response = await fetch(url);
    expect(response.status).toBe(200);
    held.open();
    expect(await response.text()).toContain("id: 1\n");
  });

  it("ping in silence, with the id the client has seen last and the head of the run", async () => {
    const first = gate();
    const second = gate();
    const url = await serve((response) =>
      writeEvents(response, {
        ...options,
        after: 6,
        head: 7,
        ping_ms: 20,
        batches: (async function* () {
          await first.opened;
          yield [chunk(7)];
          yield [chunk(8)];
          await second.opened;
        })(),
      }),
    );
    const messages: EventSourceMessage[] = [];
    let retries = 0;
    const parser = createParser({
      onEvent: (message) => {
        messages.push(message);
        if (messages.length === 2) first.open();
        if (messages.at(-1)?.event === "ping" && messages.at(-1)?.id === "8") second.open();
      },
      onRetry: () => {
        retries += 1;
      },
      onComment: (comment) => {
        throw new Error(`a comment: ${comment}`);
      },
    });
    const response = await fetch(url);
    for await (const part of response.body ?? []) parser.feed(new TextDecoder().decode(part));

    expect(messages.slice(0, 2)).toEqual([
      { event: "ping", id: "6", data: '{"head_seq":7}' },
      { event: "ping", id: "6", data: '{"head_seq":7}' },
    ]);
    expect(messages.find(({ id }) => id === "8")).toMatchObject({ event: undefined });
    expect(messages.at(-1)).toEqual({ event: "ping", id: "8", data: '{"head_seq":8}' });
    expect(retries).toBe(1);
  });

  it("need no ping while events keep coming", async () => {
    const url = await serve((response) =>
      writeEvents(response, {
        ...options,
        ping_ms: 1_000,
        batches: (async function* () {
          for (let seq = 1; seq <= 30; seq += 1) {
            await setTimeout(50);
            yield [chunk(seq)];
          }
        })(),
      }),
    );
    const text = await (await fetch(url)).text();
    expect(text).toContain("id: 30\n");
    expect(text).not.toContain("event: ping");
  });

  it("are taken at the pace of a client that reads slowly, and none is lost", async () => {
    const EVENTS = 5_000;
    const source = new Source(EVENTS, "x".repeat(10_000));
    const url = await serve((response) =>
      writeEvents(response, { ...options, batches: source.batchesFor(response) }),
    );
    const answer = await pausedAnswer(url);
    await source.untilStalled();
    // What the kernel holds for both ends of the connection and the response's own buffer, and not 50 MB.
    expect(source.taken).toBeLessThan(EVENTS / 2);
    expect(source.mostBuffered).toBeLessThan(200_000);

    let seen = 0;
    const parser = createParser({
      onEvent: ({ id }) => {
        seen += 1;
        expect(id).toBe(String(seen));
      },
    });
    answer.setEncoding("utf8");
    for await (const part of answer) parser.feed(part);
    expect(seen).toBe(EVENTS);
  });

  it("are no longer taken once the client has left, even while it did not read", async () => {
    const source = new Source(Number.POSITIVE_INFINITY, "x".repeat(10_000));
    const url = await serve((response) =>
      writeEvents(response, { ...options, batches: source.batchesFor(response) }),
    );
    const answer = await pausedAnswer(url);
    await source.untilStalled();
    answer.destroy();
    await source.returned.opened;
  });
});

/** A source of many events that knows how many were taken of it. */
class Source {
  taken = 0;
  mostBuffered = 0;
  readonly returned = gate();
  readonly #events: number;
  readonly #text: string;
  #response: ServerResponse | undefined;

  constructor(events: number, text: string) {
    this.#events = events;
    this.#text = text;
  }

  async *batchesFor(response: ServerResponse): AsyncGenerator<readonly RunEvent[], void> {
    this.#response = response;
    try {
      while (this.taken < this.#events && !response.destroyed) {
        this.mostBuffered = Math.max(this.mostBuffered, response.writableLength);
        this.taken += 1;
        yield [chunk(this.taken, this.#text)];
      }
    } finally {
      this.returned.open();
    }
  }

  /** Until the response has had no room for a while. */
  async untilStalled(): Promise<void> {
    let before = -1;
    const stalled = () => {
      const unchanged = this.taken === before && this.#response?.writableNeedDrain;
      before = this.taken;
      return unchanged;
    };
    await expect.poll(stalled, { interval: 100, timeout: 20_000 }).toBe(true);
  }
}

async function pausedAnswer(url: string): Promise<IncomingMessage> {
  const { promise, resolve } = Promise.withResolvers<IncomingMessage>();
  request(url, resolve).end();
  const answer = await promise;
  answer.pause();
  return answer;
}
