import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { backendProxy } from "../../adapters/http/backend-proxy.ts";
import { HttpServer } from "../../adapters/http/http-server.ts";
import { createOperationsServer } from "../../adapters/http/server.ts";
import { AjvSchemaValidator } from "../../adapters/json-schema/ajv-validator.ts";
import { PinoLog } from "../../adapters/telemetry/pino-log.ts";
import { PrometheusMeter } from "../../adapters/telemetry/prometheus-meter.ts";
import { SystemClock } from "../../adapters/telemetry/system-clock.ts";
import { TOKENS } from "../../composition/tokens.ts";
import type { RunId } from "../../domain/ids.ts";
import { gate } from "../support/engine.ts";
import { HttpApi } from "../support/http-api.ts";
import { ScriptedModel } from "../support/scripted-model.ts";

/** What a server needs, with its log kept. */
function ports(level: "debug" | "info" = "info") {
  const lines: string[] = [];
  const log = PinoLog.create({ level, secrets: [], write: (line) => lines.push(line) });
  const logged = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { log, logged, meter: new PrometheusMeter(), clock: new SystemClock() };
}

/** A server with one slow route, whose answers are let out by the test. */
async function slowServer(drain_ms: number) {
  const asked = gate();
  const answer = gate();
  const server = new HttpServer(ports(), { port: 0, host: "127.0.0.1", drain_ms });
  server.use(async (ctx) => {
    asked.open();
    await answer.opened;
    ctx.body = "late";
  });
  const { port } = await server.listen();
  return { server, asked, answer, port, url: `http://127.0.0.1:${port}` };
}

describe("a closing server", () => {
  it("lets an answer under way finish, and tells its client to come back on another connection", async () => {
    const { server, asked, answer, url } = await slowServer(30_000);
    const agent = new Agent({ keepAlive: true });
    const { promise, resolve } = Promise.withResolvers<IncomingMessage>();
    get(url, { agent }, resolve);
    await asked.opened;
    const closed = server.close();
    await expect(fetch(url)).rejects.toThrow();
    answer.open();
    const response = await promise;
    expect(response.headers.connection).toBe("close");
    expect((await response.setEncoding("utf8").toArray()).join("")).toBe("late");
    await closed;
    agent.destroy();
  });

  it("does not wait for connections on which nothing is asked", async () => {
    const { server, answer, port, url } = await slowServer(30_000);
    answer.open();
    const silent = connect(port, "127.0.0.1");
    await once(silent, "connect");
    const halfway = connect(port, "127.0.0.1");
    halfway.write("GET / HTTP/1.1\r\nHost:");
    await (await fetch(url)).text();
    const start = performance.now();
    await server.close();
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it("cuts what has not finished when its time is over", async () => {
    const { server, asked, url } = await slowServer(50);
    const response = fetch(url);
    const cut = expect(response).rejects.toThrow();
    await asked.opened;
    await server.close();
    await cut;
  });

  it("is closed again without harm, also when it never listened", async () => {
    const { server } = await slowServer(50);
    await server.close();
    await server.close();
    await new HttpServer(ports(), { port: 0, host: "127.0.0.1" }).close();
  });
});

describe("a server", () => {
  it("says when its port is taken", async () => {
    const { server, port } = await slowServer(50);
    const second = new HttpServer(ports(), { port, host: "127.0.0.1" });
    await expect(second.listen()).rejects.toMatchObject({ code: "EADDRINUSE" });
    await server.close();
  });

  it("answers many requests on one connection", async () => {
    await using api = await HttpApi.start();
    const socket = connect(api.port, "127.0.0.1");
    const request = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    socket.write(request.repeat(10) + request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
    let text = "";
    socket.setEncoding("utf8").on("data", (part) => {
      text += part;
    });
    await once(socket, "close");
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(11);
    expect(text.match(/\{"status":"ok"\}/g)).toHaveLength(11);
  });

  it("protects its answers against browsers' guesses", async () => {
    await using api = await HttpApi.start();
    for (const path of ["/health", "/runs", "/nope", "/openapi.json"]) {
      const { headers } = await api.get(path);
      expect(Object.fromEntries(headers)).toMatchObject({
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
      });
      expect(headers.get("x-powered-by")).toBeNull();
    }
  });
});

describe("the access log", () => {
  it("has one line a request, with what it was and took, and nothing it carried", async () => {
    const { log, logged, ...others } = ports();
    const server = new HttpServer({ log, ...others }, { port: 0, host: "127.0.0.1" });
    server.use(async (ctx) => {
      ctx.state.route = "/runs/{run_id}";
      ctx.state.run_id = "run-12345678";
      ctx.status = 202;
      ctx.body = "answer-body";
    });
    const { port } = await server.listen();
    const response = await fetch(`http://127.0.0.1:${port}/secret-path?token=secret-query`, {
      method: "POST",
      headers: { authorization: "Bearer secret-key", cookie: "secret-cookie", "x-request-id": "asked-by.me" },
      body: "secret-body",
    });
    await response.text();
    expect(response.headers.get("x-request-id")).toBe("asked-by.me");
    await server.close();
    expect(logged()).toEqual([
      {
        level: "info",
        time: expect.any(String),
        msg: "request",
        request_id: "asked-by.me",
        method: "POST",
        route: "/runs/{run_id}",
        status: 202,
        ms: expect.any(Number),
        run_id: "run-12345678",
      },
    ]);
    expect((await others.meter.text()).body).toContain(
      'baton_http_request_duration_seconds_count{method="POST",route="/runs/{run_id}",status="202"} 1',
    );
  });

  it.each(["", "with space", "x".repeat(129), "new\u00a0line", '"quoted"'])(
    "makes up a request id when the client's is %j",
    async (given) => {
      await using api = await HttpApi.start();
      const { headers } = await api.send("GET", "/health", { headers: { "x-request-id": given } });
      expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it("names the run of a request, and measures no stream", async () => {
    await using api = await HttpApi.start();
    const lines: Record<string, unknown>[] = [];
    const { container } = api.engine;
    const log = container.get(TOKENS.log);
    log.info = (fact, fields) => lines.push({ fact, ...fields });
    const run_id = await api.ask("hi", { prefer: "wait=10" });
    await (await api.get(`/runs/${run_id}/events`)).text();
    await (await api.get("/runs/anything-secret%20here")).text();
    await expect.poll(() => lines.filter(({ fact }) => fact === "request")).toHaveLength(3);
    expect(lines.filter(({ fact }) => fact === "request")).toMatchObject([
      { route: "/runs", run_id, status: 200 },
      { route: "/runs/{run_id}/events", run_id, status: 200 },
      { route: "/runs/{run_id}", status: 404 },
    ]);
    expect(JSON.stringify(lines)).not.toContain("anything-secret");
    const { body } = await container.get(TOKENS.metrics)();
    expect(body).not.toContain('route="/runs/{run_id}/events"');
  });

  it("says when a client left before its answer was whole", async () => {
    const never = gate();
    await using api = await HttpApi.start({ model: new ScriptedModel([[{ wait: never.opened }]]) });
    const lines: Record<string, unknown>[] = [];
    api.engine.container.get(TOKENS.log).info = (fact, fields) => lines.push({ fact, ...fields });
    const run_id = await api.ask("Tell me a thing");
    const leave = new AbortController();
    await fetch(`${api.url}/runs/${run_id}/events`, { signal: leave.signal });
    leave.abort();
    await expect
      .poll(() => lines.find(({ route }) => route === "/runs/{run_id}/events"))
      .toMatchObject({ aborted: true });
  });
});

describe("operations", () => {
  const works = { name: "redis", check: async () => undefined };

  it("/ready tells each dependency, and 503 when one does not work or does not answer", async () => {
    const lost = Object.assign(new Error("connect ECONNREFUSED secret-host:6379"), { code: "ECONNREFUSED" });
    const checks = [
      works,
      { name: "store", check: () => Promise.reject(lost) },
      { name: "index", check: () => Promise.reject(new Error("secret")) },
      { name: "slow", check: () => new Promise<void>(() => undefined) },
    ];
    await using api = await HttpApi.start({ readiness: checks });
    const response = await api.get("/ready");
    const body = await response.text();
    expect([response.status, JSON.parse(body)]).toEqual([
      503,
      {
        status: "unavailable",
        dependencies: [
          { name: "redis", status: "ok", duration_ms: expect.any(Number) },
          { name: "store", status: "failed", duration_ms: expect.any(Number), reason: "ECONNREFUSED" },
          { name: "index", status: "failed", duration_ms: expect.any(Number), reason: "does not work" },
          {
            name: "slow",
            status: "failed",
            duration_ms: expect.any(Number),
            reason: "did not answer within 2000 ms",
          },
        ],
      },
    ]);
    expect(body).not.toContain("secret");
  });

  it("/ready is 200 when all works", async () => {
    await using api = await HttpApi.start({ readiness: [works] });
    const response = await api.get("/ready");
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { status: "ready", dependencies: [{ name: "redis", status: "ok" }] },
    ]);
  });

  it("/health says nothing but that the process lives, and /metrics its numbers", async () => {
    await using api = await HttpApi.start();
    const health = await api.get("/health");
    expect([health.status, await health.text()]).toEqual([200, '{"status":"ok"}']);
    await api.ask("hi", { prefer: "wait=10" });
    const metrics = await api.get("/metrics");
    expect(metrics.headers.get("content-type")).toContain("text/plain; version=0.0.4");
    expect(await metrics.text()).toMatch(/^baton_runs_started_total 1$/m);
  });

  it("of a worker are served alone, and /health fails when the worker is stuck", async () => {
    let alive = true;
    const { meter, ...others } = ports();
    const server = createOperationsServer(
      {
        ...others,
        meter,
        validator: new AjvSchemaValidator(),
        alive: () => alive,
        readiness: [works],
        metricsText: () => meter.text(),
      },
      { port: 0, host: "127.0.0.1" },
    );
    const { port } = await server.listen();
    const ask = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return [response.status, await response.text()];
    };
    expect(await ask("/health")).toEqual([200, '{"status":"ok"}']);
    expect((await ask("/ready"))[0]).toBe(200);
    expect((await ask("/metrics"))[0]).toBe(200);
    expect((await ask("/runs"))[0]).toBe(404);
    alive = false;
    expect((await ask("/health"))[0]).toBe(503);
    await server.close();
  });
});

describe("the page's server in front of the API", () => {
  async function inFrontOf(backend_url: string) {
    const server = new HttpServer(ports(), { port: 0, host: "127.0.0.1", drain_ms: 30_000 });
    server.use(backendProxy(backend_url, server.longRequests));
    const { port } = await server.listen();
    return {
      url: `http://127.0.0.1:${port}`,
      port,
      close: () => server.close(),
      [Symbol.asyncDispose]: () => server.close(),
    };
  }

  it("passes requests and answers on as they are", async () => {
    await using api = await HttpApi.start();
    await using front = await inFrontOf(api.url);
    const started = await fetch(`${front.url}/runs`, {
      method: "POST",
      headers: { "x-run-id": "passed-on", prefer: "wait=10", "x-request-id": "one-id", origin: front.url },
      body: JSON.stringify({ message: "hi" }),
    });
    expect(started.status).toBe(200);
    expect(started.headers.get("location")).toBe("/runs/passed-on");
    expect(started.headers.get("x-request-id")).toBe("one-id");
    const stream = await fetch(`${front.url}/runs/passed-on/events`);
    expect(await stream.text()).toBe(await (await api.get("/runs/passed-on/events")).text());
    expect((await fetch(`${front.url}/runs/passed-on/events?after=1000`)).status).toBe(204);
    expect((await fetch(`${front.url}/runs?limit=0`)).status).toBe(400);
    expect((await fetch(`${front.url}/runs/passed-on`, { method: "HEAD" })).status).toBe(200);
    expect((await fetch(`${front.url}/runs`, { method: "POST", body: "x".repeat(2_000_000) })).status).toBe(
      413,
    );
  });

  it("brings events as they come, and leaves when its client leaves", async () => {
    const never = gate();
    await using api = await HttpApi.start({
      model: new ScriptedModel([[{ say: "First, " }, { wait: never.opened }]]),
    });
    await using front = await inFrontOf(api.url);
    const lines: Record<string, unknown>[] = [];
    api.engine.container.get(TOKENS.log).info = (fact, fields) => lines.push({ fact, ...fields });
    const run_id = (await api.ask("Tell me a thing")) as RunId;
    const leave = new AbortController();
    const response = await fetch(`${front.url}/runs/${run_id}/events`, { signal: leave.signal });
    const decoder = new TextDecoder();
    let text = "";
    for await (const part of response.body ?? []) {
      text += decoder.decode(part, { stream: true });
      if (text.includes("First, ")) break;
    }
    leave.abort();
    await expect
      .poll(() => lines.find(({ route }) => route === "/runs/{run_id}/events"))
      .toMatchObject({ aborted: true });
  });

  it("ends streams when it closes, though the API goes on", async () => {
    const never = gate();
    await using api = await HttpApi.start({ model: new ScriptedModel([[{ wait: never.opened }]]) });
    const front = await inFrontOf(api.url);
    const run_id = await api.ask("Tell me a thing");
    const response = await fetch(`${front.url}/runs/${run_id}/events`);
    const start = performance.now();
    await front.close();
    expect(performance.now() - start).toBeLessThan(5_000);
    await response.text().catch(() => undefined);
    expect((await api.get(`/runs/${run_id}`)).status).toBe(200);
  });

  it("answers 502 while the API is away", async () => {
    const api = await HttpApi.start();
    await using front = await inFrontOf(api.url);
    await api.close();
    const response = await fetch(`${front.url}/health`);
    expect([response.status, await response.json()]).toMatchObject([
      502,
      { type: "urn:baton:problem:bad_gateway" },
    ]);
  });
});
