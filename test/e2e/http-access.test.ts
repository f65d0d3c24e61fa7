import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TOKENS } from "../../composition/tokens.ts";
import type { RunId } from "../../domain/ids.ts";
import { gate } from "../support/engine.ts";
import { HttpApi } from "../support/http-api.ts";
import { ScriptedModel } from "../support/scripted-model.ts";

const ANN = { tenant_id: "acme", user_id: "ann" };
const BOB = { tenant_id: "other", user_id: "bob" };
const API_KEYS = [
  { key: "key-of-ann", ...ANN },
  { key: "key-of-bob", ...BOB },
];
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const basic = (key: string) => ({
  authorization: `Basic ${Buffer.from(`anyone:${key}`).toString("base64")}`,
});

/** A body that each route with one accepts. */
const BODIES: Readonly<Record<string, (run_id: string) => object>> = {
  "/runs": () => ({ message: "hi" }),
  "/runs/{run_id}/approval": () => ({ decision: "approved" }),
  "/runs/{run_id}/cancel": () => ({}),
  "/runs/{run_id}/fork": () => ({ from_seq: 3 }),
  "/feedback": (run_id) => ({ run_id, score: "up" }),
};

interface Call {
  readonly method: string;
  readonly path: string;
}

/** Every call there is, as the server itself tells: a new route is in the tests below without a line here. */
async function callsOf(api: HttpApi): Promise<readonly Call[]> {
  const response = await api.get("/openapi.json", bearer("key-of-ann"));
  const { paths } = (await response.json()) as { paths: Record<string, Record<string, unknown>> };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => ({ method: method.toUpperCase(), path })),
  );
}

function send(
  api: HttpApi,
  call: Call,
  run_id: string,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const url = call.path.replace("{run_id}", run_id).replace("{file}", "start.js");
  if (call.method === "GET") return api.get(url, { accept: "application/json, */*;q=0.1", ...headers });
  const body = BODIES[call.path];
  if (body === undefined) throw new Error(`which body does ${call.path} take?`);
  return api.post(url, body(run_id), headers);
}

describe("with API keys", () => {
  let api: HttpApi;
  let calls: readonly Call[];
  let run_id: string;
  beforeAll(async () => {
    const never = gate();
    const model = new ScriptedModel([[{ wait: never.opened }]]);
    api = await HttpApi.start({ model, http: { api_keys: API_KEYS } });
    calls = await callsOf(api);
    run_id = await api.ask("Tell me a thing", bearer("key-of-ann"));
  });
  afterAll(() => api.close());

  it.each([
    ["no key", {}],
    ["a wrong key", bearer("wrong")],
    ["the beginning of a key", bearer("key-of-an")],
    ["more than a key", { "x-api-key": "key-of-ann-" }],
    ["nothing as a key", { "x-api-key": "" }],
    ["a key without a scheme", { authorization: "key-of-ann" }],
    ["a wrong password", basic("wrong")],
  ])("every call but /health is refused for %s, also one that does not exist", async (_what, headers) => {
    expect(calls.length).toBeGreaterThan(15);
    const unknown = { method: "GET", path: "/unknown" };
    for (const call of [...calls, unknown].filter(({ path }) => path !== "/health")) {
      const response = await send(api, call, run_id, headers);
      expect(response.status, `${call.method} ${call.path}`).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^(Bearer|Basic) realm="baton"$/);
      expect(await response.json()).toMatchObject({ type: "urn:baton:problem:unauthorized", status: 401 });
    }
    expect((await api.get("/health", headers)).status).toBe(200);
  });

  it("a body is not read for a caller without one", async () => {
    const response = await api.post("/runs", "x".repeat(2 * 1024 * 1024));
    expect(response.status).toBe(401);
  });

  it.each([
    ["as Authorization: Bearer", bearer("key-of-ann")],
    ["in any case of letters", { authorization: "bearer key-of-ann" }],
    ["as X-API-Key", { "x-api-key": "key-of-ann" }],
  ])("a key is taken %s", async (_how, headers) => {
    expect((await api.get("/runs", headers)).status).toBe(200);
    expect((await api.post("/runs", { message: "hi" }, headers)).status).toBe(201);
  });

  it("a browser asks for the key of the pages it can show, and the key is good for reading alone", async () => {
    expect((await api.get("/docs")).headers.get("www-authenticate")).toBe('Basic realm="baton"');
    expect((await api.get("/runs")).headers.get("www-authenticate")).toBe('Bearer realm="baton"');
    expect((await api.get("/docs", basic("key-of-ann"))).status).toBe(200);
    expect((await api.get("/openapi.json", basic("key-of-ann"))).status).toBe(200);
    expect((await api.post("/runs", { message: "hi" }, basic("key-of-ann"))).status).toBe(401);
  });

  it("identity comes from the key, whatever the body says", async () => {
    const response = await api.post("/runs", { message: "hi", identity: BOB }, bearer("key-of-ann"));
    const { run_id } = (await response.json()) as { run_id: string };
    expect(await (await api.get(`/runs/${run_id}/state`, bearer("key-of-ann"))).json()).toMatchObject(ANN);
    expect((await api.get(`/runs/${run_id}/state`, bearer("key-of-bob"))).status).toBe(404);
  });

  it("another tenant's run is unknown to every call that takes one", async () => {
    const ofRuns = calls.filter(({ path }) => path.includes("{run_id}") || path === "/feedback");
    expect(ofRuns.length).toBeGreaterThanOrEqual(10);
    const before = await api.engine.history(run_id as RunId);
    for (const call of ofRuns) {
      const response = await send(api, call, run_id, bearer("key-of-bob"));
      expect(response.status, `${call.method} ${call.path}`).toBe(404);
      const unknown = await send(api, call, "no-such-run-id", bearer("key-of-bob"));
      const [told, expected] = [await response.json(), await unknown.json()] as Record<string, string>[];
      expect({
        ...told,
        request_id: "",
        instance: "",
        detail: told?.detail?.replace(run_id, "no-such-run-id"),
      }).toEqual({
        ...expected,
        request_id: "",
        instance: "",
      });
    }
    const stream = await api.get(`/runs/${run_id}/events`, {
      ...bearer("key-of-bob"),
      accept: "text/event-stream",
    });
    expect(stream.status).toBe(404);
    expect(await api.engine.history(run_id as RunId)).toEqual(before);
    expect(await api.engine.container.get(TOKENS.feedback).of(run_id as RunId)).toEqual([]);
  });

  it("a list holds one's own runs only, whatever is asked for", async () => {
    const list = async (query: string, key: string) => {
      const response = await api.get(`/runs?${query}`, bearer(key));
      return ((await response.json()) as { runs: { run_id: string; tenant_id: string }[] }).runs;
    };
    const bobs = await api.ask("hi", bearer("key-of-bob"));
    expect((await list("", "key-of-bob")).map((run) => run.run_id)).toEqual([bobs]);
    expect((await list("tenant_id=other", "key-of-bob")).map((run) => run.run_id)).toEqual([bobs]);
    expect(await list("tenant_id=acme", "key-of-bob")).toEqual([]);
    expect((await list("", "key-of-ann")).every((run) => run.tenant_id === "acme")).toBe(true);
  });

  it("an Idempotency-Key of another tenant is another key, and a taken run id tells nothing more", async () => {
    const key = { "idempotency-key": "shared-by-tenants" };
    const anns = await api.ask("hi", { ...bearer("key-of-ann"), ...key });
    const bobs = await api.ask("hi", { ...bearer("key-of-bob"), ...key });
    expect(anns).not.toBe(bobs);
    const taken = await api.post("/runs", { message: "hi" }, { ...bearer("key-of-bob"), "x-run-id": run_id });
    expect(taken.status).toBe(409);
  });

  it("who decides is the key's user", async () => {
    const own = await api.ask("Tell me another thing", bearer("key-of-ann"));
    await api.post(`/runs/${own}/cancel`, { identity: BOB }, bearer("key-of-ann"));
    const events = await api.engine.until(own as RunId);
    expect(events.at(-1)?.data).toMatchObject({ user_id: "ann" });
  });
});

describe("a browser's page of another origin", () => {
  let api: HttpApi;
  beforeAll(async () => {
    api = await HttpApi.start({ http: { cors_origins: ["http://localhost:3000"], api_keys: [] } });
  });
  afterAll(() => api.close());
  const post = (headers: Readonly<Record<string, string>>) =>
    api.send("POST", "/runs", { headers, body: '{"message":"hi"}' });

  it("may read and write when it is allowed", async () => {
    const origin = "http://localhost:3000";
    const preflight = await fetch(`${api.url}/runs`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,idempotency-key",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe(origin);
    expect(preflight.headers.get("access-control-allow-methods")).toBe("GET,HEAD,POST");
    const allowed = preflight.headers.get("access-control-allow-headers")?.toLowerCase().split(",");
    for (const header of [
      "content-type",
      "idempotency-key",
      "last-event-id",
      "authorization",
      "x-api-key",
      "x-run-id",
      "prefer",
    ]) {
      expect(allowed).toContain(header);
    }
    expect((await post({ origin })).headers).toMatchObject({ "access-control-allow-origin": origin });
    const problem = await api.get("/runs/unknown-run", { origin });
    expect(problem.headers.get("access-control-allow-origin")).toBe(origin);
    expect(problem.headers.get("vary")).toContain("Origin");
    expect(problem.headers.get("access-control-expose-headers")).toContain("Location");
  });

  it("may neither read nor change anything when it is not", async () => {
    const origin = "http://evil.example";
    const preflight = await fetch(`${api.url}/runs`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
    expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
    expect((await api.get("/runs", { origin })).headers.get("access-control-allow-origin")).toBeNull();
    expect((await post({ origin })).status).toBe(403);
    expect((await post({ origin: "null" })).status).toBe(403);
    expect((await post({ "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await post({ "sec-fetch-site": "same-site", origin: "http://127.0.0.1:1" })).status).toBe(403);
  });

  it("is told apart from the page itself, from programs, and from a proxy in front", async () => {
    const own = `http://127.0.0.1:${api.port}`;
    expect((await post({})).status).toBe(201);
    expect((await post({ origin: own })).status).toBe(201);
    expect((await post({ origin: own, "sec-fetch-site": "same-origin" })).status).toBe(201);
    const proxied = { origin: "http://192.168.1.5:3000", host: "backend:8000" };
    expect((await post(proxied)).status).toBe(403);
    expect((await post({ ...proxied, "x-forwarded-host": "192.168.1.5:3000" })).status).toBe(201);
    expect((await post({ ...proxied, "sec-fetch-site": "same-origin" })).status).toBe(201);
  });

  it("may be of any origin when the configuration says so", async () => {
    await using open = await HttpApi.start({ http: { cors_origins: ["*"] } });
    const response = await open.post("/runs", { message: "hi" }, { origin: "http://any.example" });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([
      201,
      "http://any.example",
    ]);
  });

  it("needs no key to ask whether it may, since browsers send none then", async () => {
    await using keyed = await HttpApi.start({
      http: { cors_origins: ["http://localhost:3000"], api_keys: API_KEYS },
    });
    const preflight = await fetch(`${keyed.url}/runs`, {
      method: "OPTIONS",
      headers: { origin: "http://localhost:3000", "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(204);
    const refused = await keyed.get("/runs", { origin: "http://localhost:3000" });
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([
      401,
      "http://localhost:3000",
    ]);
  });
});
