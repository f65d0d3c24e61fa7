import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { record } from "../../application/run-session.ts";
import { TOKENS } from "../../composition/tokens.ts";
import { KNOWLEDGE_INGESTION, type RunId } from "../../domain/ids.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import { gate } from "../support/engine.ts";
import { HttpApi } from "../support/http-api.ts";
import { ScriptedModel } from "../support/scripted-model.ts";

interface Streamed {
  readonly status: number;
  readonly messages: readonly EventSourceMessage[];
}

const eventsOf = ({ messages }: Pick<Streamed, "messages">) =>
  messages.filter(({ event }) => event === undefined).map(({ data }) => JSON.parse(data) as RunEvent);
const seqsOf = (streamed: Pick<Streamed, "messages">) => eventsOf(streamed).map(({ seq }) => seq);
const range = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => from + n);

/** Reads a stream until it is closed, or `enough` has come. */
async function stream(
  api: HttpApi,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  enough: (message: EventSourceMessage) => boolean = () => false,
): Promise<Streamed> {
  const leave = new AbortController();
  const response = await fetch(api.url + path, {
    headers: { accept: "text/event-stream", ...headers },
    signal: leave.signal,
  });
  const messages: EventSourceMessage[] = [];
  const parser = createParser({
    onEvent: (message) => {
      if (leave.signal.aborted) return;
      messages.push(message);
      if (enough(message)) leave.abort();
    },
    onComment: (comment) => {
      throw new Error(`a comment: ${comment}`);
    },
  });
  const decoder = new TextDecoder();
  try {
    for await (const part of response.body ?? []) parser.feed(decoder.decode(part, { stream: true }));
  } catch (error) {
    if (!leave.signal.aborted) throw error;
  }
  return { status: response.status, messages };
}

describe("the stream of a run that has ended", () => {
  let api: HttpApi;
  let run_id: string;
  let history: readonly RunEvent[];
  beforeAll(async () => {
    api = await HttpApi.start();
    run_id = await api.ask("hi", { Prefer: "wait=10" });
    history = await api.engine.history(run_id as RunId);
  });
  afterAll(() => api.close());

  it("is its whole history, as it is stored, and then closes", async () => {
    const streamed = await stream(api, `/runs/${run_id}/events`);
    expect(eventsOf(streamed)).toEqual(history);
    expect(streamed.messages.map(({ id }) => id)).toEqual(history.map(({ seq }) => String(seq)));
    expect(history.at(-1)?.type).toBe("run.completed");
  });

  it("resumes behind any event, by header and by parameter", async () => {
    for (const after of range(0, history.length - 1)) {
      const expected = range(after + 1, history.length);
      const byHeader = await stream(api, `/runs/${run_id}/events`, { "Last-Event-ID": String(after) });
      expect(seqsOf(byHeader)).toEqual(expected);
      expect(seqsOf(await stream(api, `/runs/${run_id}/events?after=${after}`))).toEqual(expected);
    }
  });

  it("answers 204 from its end on, which stops an EventSource", async () => {
    for (const after of [history.length, history.length + 5]) {
      const response = await api.get(`/runs/${run_id}/events`, { "Last-Event-ID": String(after) });
      expect([response.status, await response.text()]).toEqual([204, ""]);
    }
  });

  it("believes the header more than the parameter", async () => {
    const streamed = await stream(api, `/runs/${run_id}/events?after=1`, { "Last-Event-ID": "3" });
    expect(seqsOf(streamed)[0]).toBe(4);
  });

  it.each([
    ["after=-1", {}],
    ["after=x", {}],
    ["after=1.5", {}],
    ["after=1&after=2", {}],
    ["after=9999999999999999999999", {}],
    ["limit=0", { accept: "application/json" }],
    ["limit=10001", { accept: "application/json" }],
    ["", { "last-event-id": "x" }],
    ["", { "last-event-id": "-1" }],
    ["", { "last-event-id": "1, 2" }],
    ["", { "last-event-id": "0x10" }],
  ])("refuses ?%s %j", async (query, headers) => {
    const response = await api.get(`/runs/${run_id}/events?${query}`, headers as never);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { type: "urn:baton:problem:invalid_parameters" },
    ]);
  });

  it.each([
    ["*/*", "text/event-stream; charset=utf-8"],
    ["text/event-stream", "text/event-stream; charset=utf-8"],
    ["text/event-stream, application/json", "text/event-stream; charset=utf-8"],
    ["text/event-stream;q=0.1, application/json", "application/json; charset=utf-8"],
    ["application/json", "application/json; charset=utf-8"],
    ["application/*", "application/json; charset=utf-8"],
    ["text/html,*/*;q=0.8", "text/event-stream; charset=utf-8"],
    ["image/png", "application/problem+json"],
  ])("answers Accept: %s with %s", async (accept, content_type) => {
    const response = await api.get(`/runs/${run_id}/events`, { accept });
    expect(response.headers.get("content-type")).toBe(content_type);
    expect(response.status).toBe(accept === "image/png" ? 406 : 200);
    expect(response.headers.get("vary")).toContain("Accept");
    await response.body?.cancel();
  });

  it("can be had as a list, whole or in part", async () => {
    const list = async (query: string) => {
      const response = await api.get(`/runs/${run_id}/events?${query}`, { accept: "application/json" });
      return (await response.json()) as { events: RunEvent[]; last_seq: number };
    };
    expect(await list("")).toEqual({ events: history, last_seq: history.length });
    expect(await list("after=2&limit=3")).toEqual({ events: history.slice(2, 5), last_seq: history.length });
    expect(await list(`after=${history.length}`)).toEqual({ events: [], last_seq: history.length });
    expect(await list("after=1000")).toEqual({ events: [], last_seq: history.length });
  });

  it("answers HEAD without a body", async () => {
    for (const accept of ["text/event-stream", "application/json"]) {
      const response = await fetch(`${api.url}/runs/${run_id}/events`, {
        method: "HEAD",
        headers: { accept },
      });
      expect([response.status, await response.text()]).toEqual([200, ""]);
      expect(response.headers.get("content-type")).toContain(accept);
    }
  });

  it("can be read over HTTP/1.0, to the end of the connection", async () => {
    const socket = connect(api.port, "127.0.0.1");
    socket.write(`GET /runs/${run_id}/events HTTP/1.0\r\n\r\n`);
    let text = "";
    socket.setEncoding("utf8").on("data", (part) => {
      text += part;
    });
    await once(socket, "close");
    const [head = "", body = ""] = text.split("\r\n\r\n");
    expect(head).not.toContain("chunked");
    expect(body.startsWith("retry: 1000\nid: 1\ndata: ")).toBe(true);
    expect(body.match(/^id: /gm)).toHaveLength(history.length);
  });
});

describe("the stream of a run under way", () => {
  it("brings events as they are committed, and closes behind the last", async () => {
    const answer = gate();
    const model = new ScriptedModel([[{ say: "First, " }, { wait: answer.opened }, { say: "then." }]]);
    await using api = await HttpApi.start({ model });
    const run_id = await api.ask("Tell me a thing");
    const early = await stream(api, `/runs/${run_id}/events`, {}, ({ data }) => data.includes("First, "));
    expect(early.status).toBe(200);

    const rest = stream(api, `/runs/${run_id}/events`, { "Last-Event-ID": String(seqsOf(early).at(-1)) });
    await api.post(`/runs/${run_id}/cancel`);
    const streamed = { messages: [...early.messages, ...(await rest).messages] };
    expect(eventsOf(streamed)).toEqual(await api.engine.history(run_id as RunId));
    expect(eventsOf(streamed).at(-1)?.type).toBe("run.cancelled");
  });

  it("gives many readers, who come and go at different events, each event once", async () => {
    const says = range(1, 40).map((n) => ({ say: `${n} ` }));
    const pause = gate();
    const model = new ScriptedModel([[...says.slice(0, 20), { wait: pause.opened }, ...says.slice(20)]]);
    await using api = await HttpApi.start({ model });
    const run_id = await api.ask("Tell me a thing");
    const read = async (reader: number) => {
      const messages: EventSourceMessage[] = [];
      for (let visits = 0; visits < 100; visits += 1) {
        const after = messages.at(-1)?.id ?? "0";
        let left = (reader % 7) + 1;
        const visit = await stream(
          api,
          `/runs/${run_id}/events`,
          { "Last-Event-ID": after },
          () => --left === 0,
        );
        if (visit.status === 204) return { messages };
        messages.push(...visit.messages);
        if (messages.length > 10) pause.open();
      }
      throw new Error("the run did not end");
    };
    const readers = range(1, 25).map(read);
    await api.engine
      .until(run_id as RunId, ({ type }) => type === "workflow.waiting_for_approval")
      .catch(() => undefined);
    await api.post(`/runs/${run_id}/cancel`);
    const history = await api.engine.history(run_id as RunId);
    for (const reader of await Promise.all(readers)) expect(eventsOf(reader)).toEqual(history);
  });

  it("pings in silence with the id of the last event, so that a client resumes there", async () => {
    const answer = gate();
    await using api = await HttpApi.start({
      model: new ScriptedModel([[{ wait: answer.opened }]]),
      http: { ping_ms: 30 },
    });
    const run_id = await api.ask("Tell me a thing");
    const streamed = await stream(api, `/runs/${run_id}/events`, {}, ({ event }) => event === "ping");
    const last_seq = seqsOf(streamed).at(-1) ?? 0;
    expect(streamed.messages.at(-1)).toEqual({
      event: "ping",
      id: String(last_seq),
      data: `{"head_seq":${last_seq}}`,
    });

    const resumed = await stream(
      api,
      `/runs/${run_id}/events`,
      { "Last-Event-ID": String(last_seq) },
      () => true,
    );
    expect(resumed.messages[0]).toEqual({
      event: "ping",
      id: String(last_seq),
      data: `{"head_seq":${last_seq}}`,
    });
    const ahead = await stream(api, `/runs/${run_id}/events`, { "Last-Event-ID": "1000" }, () => true);
    expect(ahead.messages[0]).toEqual({ event: "ping", id: "1000", data: `{"head_seq":${last_seq}}` });
  });

  it("gives its subscription back when the client leaves, however it leaves", async () => {
    const answer = gate();
    await using api = await HttpApi.start({ model: new ScriptedModel([[{ wait: answer.opened }]]) });
    const feed = api.engine.container.get(TOKENS.feed);
    let open = 0;
    const subscribe = feed.subscribe.bind(feed);
    feed.subscribe = async (...args) => {
      const unsubscribe = await subscribe(...args);
      open += 1;
      return async () => {
        open -= 1;
        await unsubscribe();
      };
    };
    const run_id = await api.ask("Tell me a thing");
    const leaving = range(1, 10).map(() => {
      const asked = request(`${api.url}/runs/${run_id}/events`);
      asked.on("error", () => undefined).end();
      return asked;
    });
    await expect.poll(() => open).toBe(10);
    for (const [index, asked] of leaving.entries()) {
      if (index % 2 === 0) asked.destroy();
      else asked.socket?.resetAndDestroy();
    }
    await expect.poll(() => open).toBe(0);
  });

  it("ends when the server closes, and the client goes on elsewhere", async () => {
    const answer = gate();
    const api = await HttpApi.start({ model: new ScriptedModel([[{ wait: answer.opened }]]) });
    const run_id = await api.ask("Tell me a thing");
    const response = await api.get(`/runs/${run_id}/events`);
    const waiting = api.post(
      "/runs",
      { message: "Tell me another thing" },
      { Prefer: "wait=60", "X-Run-Id": "held-answer" },
    );
    await expect.poll(async () => (await api.get("/runs/held-answer")).status).toBe(200);
    const start = performance.now();
    await api.close();
    expect(performance.now() - start).toBeLessThan(4_000);
    expect(await response.text()).toMatch(/^retry: 1000\nid: 1\n/);
    expect((await waiting).status).toBe(202);
  });
});

describe("the stream of the knowledge ingestion", () => {
  it("is open to everybody and stays open", async () => {
    await using api = await HttpApi.start({
      http: { ping_ms: 30, api_keys: [{ key: "k1", tenant_id: "acme", user_id: "ann" }] },
    });
    const path = `/runs/${KNOWLEDGE_INGESTION}/events`;
    const key = { "x-api-key": "k1" };
    expect((await api.get(path, key)).status).toBe(404);

    const { container } = api.engine;
    const ports = { clock: container.get(TOKENS.clock), ids: container.get(TOKENS.ids) };
    const events = record(
      [{ type: "knowledge.ingestion.started", data: { source: "docs" } }],
      KNOWLEDGE_INGESTION,
      0,
      ports,
    );
    await container.get(TOKENS.store).commit({
      run_id: KNOWLEDGE_INGESTION,
      expected_version: 0,
      events,
      effects: { request_tools: [], ended_calls: [], wake: false, due_at: null, release: false },
    });
    const list = await api.get(path, { ...key, accept: "application/json" });
    expect(await list.json()).toEqual({ events, last_seq: 1 });
    const streamed = await stream(api, path, key, ({ event }) => event === "ping");
    expect(eventsOf(streamed)).toEqual(events);
    for (const view of ["", "/state", "/trace", "/diagnosis"]) {
      expect((await api.get(`/runs/${KNOWLEDGE_INGESTION}${view}`, key)).status, view).toBe(404);
    }
    const taken = await api.post("/runs", { message: "hi" }, { ...key, "X-Run-Id": KNOWLEDGE_INGESTION });
    expect(taken.status).toBe(409);
  });
});
