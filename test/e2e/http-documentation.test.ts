import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AjvSchemaValidator } from "../../adapters/json-schema/ajv-validator.ts";
import { TerminalError, TransientError } from "../../domain/errors.ts";
import type { RunId } from "../../domain/ids.ts";
import type { Json, JsonObject } from "../../domain/json.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import { gate } from "../support/engine.ts";
import { HttpApi } from "../support/http-api.ts";
import { ScriptedModel } from "../support/scripted-model.ts";
import { ScriptedToolbox } from "../support/scripted-toolbox.ts";

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonObject }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: JsonObject }>> }>
  >;
}

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonObject>> };
}

let api: HttpApi;
let description: OpenApi;
let runs: Readonly<Record<string, RunId>>;

beforeAll(async () => {
  ({ api, runs } = await startWithManyKindsOfRuns());
  description = (await (await api.get("/openapi.json")).json()) as OpenApi;
});
afterAll(() => api.close());

describe("/openapi.json", () => {
  it("is a valid OpenAPI 3.1 document", async () => {
    const { valid, errors } = await new Validator().validate(
      structuredClone(description) as object as Record<string, unknown>,
    );
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    expect(description.openapi).toBe("3.1.0");
  });

  it("describes every call of the contract", () => {
    const calls = Object.entries(description.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(calls.toSorted()).toEqual([
      "GET /conversations",
      "GET /conversations/{conversation_id}",
      "GET /docs",
      "GET /docs/{file}",
      "GET /health",
      "GET /metrics",
      "GET /openapi.json",
      "GET /operations",
      "GET /ready",
      "GET /runs",
      "GET /runs/{run_id}",
      "GET /runs/{run_id}/diagnosis",
      "GET /runs/{run_id}/events",
      "GET /runs/{run_id}/spans",
      "GET /runs/{run_id}/state",
      "GET /runs/{run_id}/trace",
      "GET /runs/{run_id}/workflow",
      "GET /tools",
      "POST /feedback",
      "POST /runs",
      "POST /runs/{run_id}/approval",
      "POST /runs/{run_id}/cancel",
      "POST /runs/{run_id}/fork",
    ]);
  });

  it("names each operation once, and refers to nothing that is missing", () => {
    const ids = Object.values(description.paths).flatMap((operations) =>
      Object.values(operations).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, name] of JSON.stringify(description).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      expect(description.components.schemas).toHaveProperty(name ?? "");
    }
  });

  it.each([
    ["/runs", { message: "hi", mode: "shout" }],
    ["/runs", { message: "" }],
    ["/runs", { message: "hi", metadata: { a: 1 } }],
    ["/feedback", { run_id: "x", score: "down" }],
    ["/runs/{run_id}/approval", { decision: "maybe" }],
  ])("says of a body of %s what the server says: %j", async (path, body) => {
    const schema = description.paths[path]?.post?.requestBody?.content["application/json"]?.schema;
    const promised = issuesOf(schema, body).map(({ pointer }) => pointer);
    const response = await api.post(path.replace("{run_id}", runs.cancelled ?? ""), body);
    const { errors } = (await response.json()) as { errors: { pointer: string }[] };
    expect(promised).not.toEqual([]);
    expect(errors.map(({ pointer }) => pointer)).toEqual([...new Set(promised)]);
  });
});

describe("an answer is what /openapi.json promises, to the last field:", () => {
  const kinds = ["answered", "approved", "rejected", "failed", "cancelled", "waiting", "working", "retrying"];

  it.each(
    kinds.flatMap((kind) =>
      ["", "/events", "/state", "/workflow", "/trace", "/spans", "/diagnosis"].map(
        (view) => [kind, view] as const,
      ),
    ),
  )("%s run%s", async (kind, view) => {
    await expectAsPromised("get", `/runs/{run_id}${view}`, `/runs/${runs[kind]}${view}`);
  });

  it.each(["/runs", "/conversations", "/tools", "/health", "/ready", "/operations"])("%s", (path) =>
    expectAsPromised("get", path, path),
  );

  it("/conversations/{conversation_id}", async () => {
    await api.post("/runs", { message: "hi", conversation_id: "promised" }, { prefer: "wait=10" });
    await expectAsPromised("get", "/conversations/{conversation_id}", "/conversations/promised");
  });

  it("starting and awaiting runs", async () => {
    const post = (headers: Readonly<Record<string, string>>) => api.post("/runs", { message: "hi" }, headers);
    const promised = (status: number) => schemaOf("post", "/runs", status);
    const responses = [
      await post({}),
      await post({ prefer: "wait=10" }),
      await post({ "idempotency-key": "a", prefer: "wait=10" }),
      await post({ "idempotency-key": "a" }),
    ];
    expect(responses.map(({ status }) => status)).toEqual([201, 200, 200, 200]);
    for (const response of responses) {
      expect(issuesOf(promised(response.status), (await response.json()) as Json)).toEqual([]);
    }
  });

  it("deciding", async () => {
    const decided = [
      ["/runs/{run_id}/cancel", `/runs/${runs.cancelled}/cancel`, {}],
      ["/runs/{run_id}/approval", `/runs/${runs.approved}/approval`, { decision: "approved" }],
      ["/feedback", "/feedback", { run_id: runs.answered, score: "up" }],
    ] as const;
    for (const [path, url, body] of decided) {
      const response = await api.post(url, body);
      expect(response.ok, path).toBe(true);
      expect(issuesOf(schemaOf("post", path, response.status), (await response.json()) as Json)).toEqual([]);
    }
  });

  it("problems", async () => {
    const responses = [
      await api.get("/runs/unknown-run"),
      await api.get("/runs?limit=0"),
      await api.post("/runs", {}),
      await api.post("/runs", "no"),
      await api.post("/health"),
    ];
    for (const response of responses) {
      const schema = { $ref: "#/components/schemas/ProblemDetails" };
      expect(issuesOf(schema, (await response.json()) as Json)).toEqual([]);
    }
  });

  it("every event", async () => {
    const types = new Set<string>();
    for (const run_id of Object.values(runs)) {
      for (const event of await api.engine.history(run_id)) {
        types.add(event.type);
        const title = event.type.replaceAll(/(^|[._])(\w)/g, (_match, _separator, letter) =>
          letter.toUpperCase(),
        );
        const schema = { $ref: `#/components/schemas/${title}Event` };
        expect(issuesOf(schema, event as unknown as Json), event.type).toEqual([]);
      }
    }
    expect(types.size).toBeGreaterThan(20);
  });
});

describe("/docs", () => {
  it("is a page that loads all it needs from this server, by relative paths", async () => {
    const page = await api.get("/docs");
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    const html = await page.text();
    expect(html).not.toMatch(/https?:/);
    expect(html).not.toMatch(/<script>|\son\w+=/);
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? "");
    expect(files).toHaveLength(4);
    for (const file of files) {
      const response = await api.get(`/${file}`);
      expect(response.status, file).toBe(200);
      expect((await response.arrayBuffer()).byteLength).toBe(Number(response.headers.get("content-length")));
    }
    const start = await (await api.get("/docs/start.js")).text();
    expect(start).toContain('url: "openapi.json"');
  });

  it("is found with a slash behind it too", async () => {
    const response = await api.get("/docs/");
    expect([response.url, response.status]).toEqual([`${api.url}/docs`, 200]);
  });
});

async function expectAsPromised(method: string, path: string, url: string): Promise<void> {
  const response = await api.get(url, { accept: "application/json" });
  expect(response.status).toBe(200);
  expect(issuesOf(schemaOf(method, path, 200), (await response.json()) as Json)).toEqual([]);
}

function schemaOf(method: string, path: string, status: number): JsonObject | undefined {
  return description.paths[path]?.[method]?.responses[status]?.content?.["application/json"]?.schema;
}

function issuesOf(schema: JsonObject | undefined, value: Json) {
  if (schema === undefined) throw new Error("there is no such schema");
  const { schemas } = description.components;
  const whole = closed({ ...schema, components: { schemas } }) as JsonObject;
  return new AjvSchemaValidator({ time_limit_ms: 10_000 }).validate(whole, value);
}

/** The schema with every field that it does not name forbidden. */
function closed(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== "object") return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  const isObjectSchema = inner.type === "object" && inner.properties !== undefined;
  return isObjectSchema ? { additionalProperties: false, ...inner } : inner;
}

/** An API with runs that have come to all the places a run can come to. */
async function startWithManyKindsOfRuns() {
  const never = gate();
  const away = { fail: new TransientError("model_away", "away", { retry_after_seconds: 600 }) };
  const model = new ScriptedModel([
    ...[
      [
        { call: "look", with: {} },
        { call: "broken", with: {} },
        { call: "nonsense", with: {} },
      ],
      [{ say: "Seen." }],
    ],
    ...[[{ call: "send", with: {} }], [{ say: "Sent." }]],
    ...[[{ call: "send", with: {} }], [{ say: "Not sent." }]],
    [{ fail: new TerminalError("model_refuses", "no such model") }],
    [{ say: "Well, " }, { wait: never.opened }],
    [{ call: "send", with: { to: "ann" } }],
    [{ call: "hanging", with: {} }],
    ...[[away], [away], [away], [away], [away]],
  ]);
  const reading = { annotations: { readOnlyHint: true } };
  const tools = new ScriptedToolbox({
    look: { ...reading, run: async () => "seen" },
    send: { run: async () => "sent" },
    broken: { ...reading, run: () => Promise.reject(new Error("broken")) },
    hanging: { ...reading, run: untilAborted },
  });
  const api = await HttpApi.start({ model, tools });
  const { engine } = api;
  const ask = async (message: string, until: RunEvent["type"]) => {
    const run_id = (await api.ask(message)) as RunId;
    await engine.until(run_id, ({ type }) => type === until);
    return run_id;
  };
  const answered = await ask("Look at it with the look tool", "run.completed");
  const approved = await ask("Use the send tool", "workflow.waiting_for_approval");
  await engine.approve(approved, { decision: "approved", comment: "fine" });
  await engine.until(approved);
  const rejected = await ask("Use the send tool", "workflow.waiting_for_approval");
  await engine.approve(rejected, { decision: "rejected" });
  await engine.until(rejected);
  const failed = await ask("Tell me a thing", "run.failed");
  const cancelled = await ask("Tell me a thing", "output.chunk");
  await engine.cancel(cancelled);
  const waiting = await ask("Use the send tool", "workflow.waiting_for_approval");
  const working = await ask("Use the hanging tool", "tool.requested");
  const retrying = await ask("Tell me a thing", "workflow.retrying");
  return { api, runs: { answered, approved, rejected, failed, cancelled, waiting, working, retrying } };
}

function untilAborted(_request: unknown, signal: AbortSignal): Promise<string> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}
