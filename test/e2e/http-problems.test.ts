import { once } from "node:events";
import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TOKENS } from "../../composition/tokens.ts";
import { TransientError, VersionConflict } from "../../domain/errors.ts";
import type { RunId } from "../../domain/ids.ts";
import { gate } from "../support/engine.ts";
import { HttpApi } from "../support/http-api.ts";
import { ScriptedModel } from "../support/scripted-model.ts";

const MIB = 1024 * 1024;

let api: HttpApi;
beforeAll(async () => {
  api = await HttpApi.start({ http: { request_timeout_ms: 1_000 } });
});
afterAll(() => api.close());

/** What a raw connection answers until it is closed. */
async function talk(
  ...parts: readonly (string | Buffer)[]
): Promise<{ status: number; head: string; body: string }> {
  const socket = connect(api.port, "127.0.0.1");
  let text = "";
  socket.setEncoding("utf8").on("data", (part) => {
    text += part;
  });
  socket.on("error", () => undefined);
  for (const part of parts) socket.write(part);
  await once(socket, "close");
  const [head = "", ...body] = text.split("\r\n\r\n");
  return { status: Number(head.split(" ")[1]), head, body: body.join("\r\n\r\n") };
}

async function expectProblem(
  response: Response,
  status: number,
  code: string,
): Promise<Record<string, unknown>> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem = (await response.json()) as Record<string, unknown>;
  expect(problem).toMatchObject({
    type: `urn:baton:problem:${code}`,
    title: expect.any(String),
    status,
    detail: expect.any(String),
    instance: new URL(response.url).pathname,
    request_id: response.headers.get("x-request-id"),
  });
  expect(response.status).toBe(status);
  return problem;
}

describe("a body", () => {
  it.each([
    ["is empty", ""],
    ["is no JSON", "hello"],
    ["is cut off", '{"message": "hi"'],
    ["has more behind it", '{"message": "hi"} {}'],
    ["has a comment", '{"message": "hi" /* there */}'],
    ["is nested without end", "[".repeat(100_000)],
    ["is nested too deeply", `{"message":"hi","context":${"[".repeat(101)}${"]".repeat(101)}}`],
  ])("that %s is answered with 400", async (_what, body) => {
    await expectProblem(await api.post("/runs", body), 400, "invalid_json");
  });

  it("that is not UTF-8 is answered with 400", async () => {
    const body = Buffer.concat([Buffer.from('{"message":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const response = await fetch(`${api.url}/runs`, { method: "POST", body });
    await expectProblem(response, 400, "invalid_json");
  });

  it.each([
    [{}, ["/message"]],
    [{ message: null }, ["/message"]],
    [{ message: "" }, ["/message"]],
    [{ message: 1 }, ["/message"]],
    [{ message: ["hi"] }, ["/message"]],
    [{ message: "x".repeat(32_001) }, ["/message"]],
    [{ message: "😀".repeat(32_001) }, ["/message"]],
    [{ message: "hi", mode: "shout" }, ["/mode"]],
    [{ message: "hi", mode: "" }, ["/mode"]],
    [{ message: "hi", context: {} }, ["/context"]],
    [{ message: "hi", identity: "ann" }, ["/identity"]],
    [{ message: "hi", identity: { tenant_id: 1 } }, ["/identity/tenant_id"]],
    [{ message: "hi", identity: { tenant_id: "" } }, ["/identity/tenant_id"]],
    [{ message: "hi", conversation_id: "" }, ["/conversation_id"]],
    [{ message: "hi", metadata: [] }, ["/metadata"]],
    [{ message: "hi", metadata: { "a/b~c": 1 } }, ["/metadata/a~1b~0c"]],
    [{ message: "hi", metadata: { deep: {} } }, ["/metadata/deep"]],
    [
      { message: "hi", metadata: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [n, "v"])) },
      ["/metadata"],
    ],
    [{ message: 1, mode: 2, context: 3 }, ["/message", "/mode", "/context"]],
    [[], [""]],
    ["text", [""]],
    [7, [""]],
    [null, [""]],
  ])("that is %j is answered with 422, naming %j", async (body, pointers) => {
    const problem = await expectProblem(await api.post("/runs", JSON.stringify(body)), 422, "invalid_body");
    const errors = problem.errors as { in: string; pointer: string; detail: string }[];
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(pointers.toSorted());
    for (const error of errors)
      expect(error).toEqual({ in: "body", pointer: error.pointer, detail: expect.any(String) });
  });

  it("of 1 MiB is read, and one of a byte more is answered with 413", async () => {
    const padded = (size: number) => `{"message":"hi"}`.padEnd(size, " ");
    expect((await api.post("/runs", padded(MIB))).status).toBe(201);
    await expectProblem(await api.post("/runs", padded(MIB + 1)), 413, "body_too_large");
  });

  it("that is far too large is answered while it is still being sent, with or without its length", async () => {
    await expectProblem(await api.post("/runs", "x".repeat(8 * MIB)), 413, "body_too_large");
    const parts = async function* () {
      for (let part = 0; part < 8; part += 1) yield Buffer.alloc(MIB);
    };
    const options: RequestInit & { duplex: "half" } = {
      method: "POST",
      body: ReadableStream.from(parts()),
      duplex: "half",
    };
    await expectProblem(await fetch(`${api.url}/runs`, options), 413, "body_too_large");
    const announced = await talk("POST /runs HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n");
    expect(announced.status).toBe(413);
    const chunk = `${MIB.toString(16)}\r\n${"x".repeat(MIB)}\r\n`;
    const endless = Array.from({ length: 17 }, () => chunk);
    const cut = await talk(
      "POST /runs HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
      ...endless,
    );
    expect(cut.status).toBe(413);
  });

  it("that is compressed is answered with 415", async () => {
    const response = await api.post("/runs", { message: "hi" }, { "content-encoding": "gzip" });
    await expectProblem(response, 415, "unsupported_encoding");
    expect(response.headers.get("accept-encoding")).toBe("identity");
  });

  it("that does not arrive in time is answered with 408", async () => {
    const answer = await talk("POST /runs HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n{");
    expect(answer.status).toBe(408);
    expect(JSON.parse(answer.body)).toMatchObject({ type: "urn:baton:problem:request_timeout", status: 408 });
  });

  it("of a client that leaves in the middle is no failure of ours", async () => {
    const failures: unknown[] = [];
    const log = api.engine.container.get(TOKENS.log);
    const error = log.error.bind(log);
    log.error = (...args) => {
      failures.push(args);
      error(...args);
    };
    const socket = connect(api.port, "127.0.0.1");
    socket.write("POST /runs HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n{");
    await once(socket, "connect");
    await api.get("/health");
    socket.resetAndDestroy();
    await api.get("/health");
    expect(failures).toEqual([]);
  });
});

describe("a route", () => {
  it.each([
    "/nope",
    "/runs/x/nope",
    "//",
    "/runs//state",
    "/RUNS",
    "/docs/../../package.json",
    "/docs/package.json",
  ])("that is %s is answered with 404", async (path) => {
    const { status, body } = await api.send("GET", path, {});
    expect(status).toBe(404);
    expect(JSON.parse(body)).toMatchObject({ type: expect.stringMatching(/unknown_r(oute|un)$/) });
  });

  it.each([
    ["DELETE", "/runs", "GET, HEAD, OPTIONS, POST"],
    ["PUT", "/runs/some-run-id", "GET, HEAD, OPTIONS"],
    ["GET", "/runs/some-run-id/cancel", "OPTIONS, POST"],
    ["POST", "/health", "GET, HEAD, OPTIONS"],
    ["PATCH", "/feedback", "OPTIONS, POST"],
  ])("asked by a method it does not take (%s %s) says which it does", async (method, path, allow) => {
    const response = await fetch(api.url + path, { method });
    await expectProblem(response, 405, "method_not_allowed");
    expect(response.headers.get("allow")).toBe(allow);
    const options = await fetch(api.url + path, { method: "OPTIONS" });
    expect([options.status, options.headers.get("allow")]).toEqual([204, allow]);
  });

  it("answers HEAD as GET, without the body", async () => {
    const [head, get] = [await fetch(`${api.url}/tools`, { method: "HEAD" }), await api.get("/tools")];
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(head.headers.get("content-length")).toBe(get.headers.get("content-length"));
  });
});

describe("a failure behind the API", () => {
  it.each([
    [
      "a store that is away",
      new TransientError("store_away", "redis://secret@host is away"),
      503,
      "unavailable",
    ],
    [
      "a store that is away and says for how long",
      new TransientError("store_away", "x", { retry_after_seconds: 2.5 }),
      503,
      "unavailable",
    ],
    ["a conflict that does not end", new VersionConflict("run-id" as RunId, 1, 2), 503, "unavailable"],
    ["a bug", new TypeError("secret internals"), 500, "internal"],
  ])("(%s) is told without details, and logged with them", async (_what, failure, status, code) => {
    await using failing = await HttpApi.start();
    const store = failing.engine.container.get(TOKENS.store);
    const log = failing.engine.container.get(TOKENS.log);
    const logged: unknown[] = [];
    log.error = (fact, fields) => logged.push([fact, fields?.error]);
    store.load = () => Promise.reject(failure);
    const response = await failing.get("/runs/some-run-id");
    const problem = await expectProblem(response, status, code);
    expect(JSON.stringify(problem)).not.toContain("secret");
    expect(logged).toEqual([["request failed", failure]]);
    const retry_after = response.headers.get("retry-after");
    if (status === 500) expect(retry_after).toBeNull();
    else
      expect(Number(retry_after)).toBe(
        failure instanceof TransientError && failure.retry_after_seconds ? 3 : 1,
      );
  });

  it("in the middle of a stream cuts the connection, so that the client comes back", async () => {
    await using failing = await HttpApi.start();
    const run_id = await failing.ask("hi", { Prefer: "wait=10" });
    const store = failing.engine.container.get(TOKENS.store);
    const events = store.events.bind(store);
    store.events = async (id, range) => {
      if (range.after > 0) throw new TransientError("store_away", "gone");
      return (await events(id, range))?.slice(0, 3) ?? null;
    };
    const response = await failing.get(`/runs/${run_id}/events`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });
});

describe("what is not HTTP", () => {
  it.each([
    ["nonsense", "hello\r\n\r\n", 400],
    ["a bad version", "GET / HTTP/9.9\r\n\r\n", 400],
    ["two lengths", "POST /runs HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400],
    [
      "a length and chunks",
      "POST /runs HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      400,
    ],
    ["a broken chunk", "POST /runs HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400],
    ["headers without end", `GET /health HTTP/1.1\r\nHost: x\r\nX-Large: ${"x".repeat(40_000)}\r\n\r\n`, 431],
  ])("(%s) is answered and the connection closed", async (_what, text, status) => {
    const answer = await talk(text);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ status, title: expect.any(String) });
    expect(answer.head.toLowerCase()).toContain("connection: close");
  });

  it("behind a stream under way cuts it, instead of adding to it", async () => {
    const never = gate();
    await using held = await HttpApi.start({ model: new ScriptedModel([[{ wait: never.opened }]]) });
    const run_id = await held.ask("Tell me a thing");
    const socket = connect(held.port, "127.0.0.1");
    socket.write(`GET /runs/${run_id}/events HTTP/1.1\r\nHost: x\r\n\r\n`);
    const [first] = await once(socket.setEncoding("utf8"), "data");
    expect(first).toContain("HTTP/1.1 200 OK");
    let rest = "";
    socket.on("data", (part) => {
      rest += part;
    });
    socket.write("hello\r\n\r\n");
    await once(socket, "close");
    expect(rest).not.toContain("HTTP/1.1");
  });
});

describe("anything at all", () => {
  const UNFIT = /[^\t\x20-\x7e\x80-\xff]/g;
  const text = fc.string({ unit: "binary", maxLength: 40 });
  const path = fc.oneof(
    fc.constantFrom(
      "/runs",
      "/feedback",
      "/runs/some-run-id/approval",
      "/runs/some-run-id/cancel",
      "/tools",
      "/ready",
      "/docs/x",
    ),
    text.map((raw) => `/${raw}`),
    text.map((raw) => `/runs/${raw}/events?after=${raw}&limit=${raw}`),
    text.map((raw) => `/runs?cursor=${raw}&status=${raw}&limit=${raw}`),
  );
  const header = fc.tuple(
    fc.constantFrom(
      "accept",
      "authorization",
      "content-type",
      "idempotency-key",
      "last-event-id",
      "origin",
      "prefer",
      "traceparent",
      "x-api-key",
      "x-run-id",
      "x_run_id",
      "x-request-id",
      "sec-fetch-site",
      "cookie",
    ),
    fc
      .oneof(
        text,
        fc.constantFrom("wait=1e9", "application/json;q=x", "Basic ====", "Bearer", ",,,;;;=", "-0", "1e400"),
      )
      .map((raw) => raw.replace(UNFIT, "")),
  );
  const body = fc.oneof(
    text,
    fc.json(),
    fc
      .record(
        { message: fc.jsonValue(), mode: fc.jsonValue(), identity: fc.jsonValue(), metadata: fc.jsonValue() },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
    fc
      .record(
        {
          decision: fc.jsonValue(),
          arguments: fc.jsonValue(),
          run_id: fc.jsonValue(),
          score: fc.jsonValue(),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
  );

  it("is answered, and never with a failure of ours", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"),
        path,
        fc.array(header, { maxLength: 4 }),
        body,
        async (method, raw, headers, sent) => {
          const url = encodeURI(raw.replaceAll(/[\ud800-\udfff]/g, "")).replaceAll("%25", "%");
          const answer = await api.send(method, url, {
            headers: Object.fromEntries(headers),
            body: method === "GET" || method === "HEAD" ? "" : sent,
          });
          expect(answer.status).toBeGreaterThanOrEqual(200);
          expect(answer.status).toBeLessThan(500);
          if (answer.status >= 400 && method !== "HEAD") {
            expect(JSON.parse(answer.body)).toMatchObject({
              status: answer.status,
              type: expect.stringMatching(/^urn:baton:problem:\w+$/),
            });
          }
        },
      ),
      { numRuns: 600 },
    );
  });
});
