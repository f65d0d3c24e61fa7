import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import type { TransientError } from "../../../domain/errors.ts";
import { failureOf, openAiModel, TEST_KEY } from "../../support/openai-model.ts";
import { OpenAiServer, type WireAct } from "../../support/openai-server.ts";
import { request } from "../deterministic/requests.ts";

const ASKED = request("How are you?");
const failure = (...acts: readonly WireAct[]) => failureOf(ASKED, () => acts);
const wait = async (status: number, headers: Record<string, string>) =>
  ((await failure({ status, headers })) as TransientError).retry_after_seconds;

describe("what may be asked again", () => {
  it("is a rate limit", async () => {
    expect(await failure({ status: 429 })).toMatchObject({ name: "TransientError", code: "rate_limited" });
  });

  it.each([408, 409, 500, 502, 503, 504, 529])("is an answer with status %i", async (status) => {
    expect(await failure({ status })).toMatchObject({ name: "TransientError", code: "model_error" });
  });

  it("is an error in the middle of a stream that has no status or a passing one", async () => {
    const passing = [
      { message: "overloaded" },
      { message: "busy", code: 503 },
      { message: "slow down", code: "rate_limit_exceeded" },
    ];
    for (const error of passing) {
      const thrown = await failure({ text: "Fi" }, { chunk: { error } });
      expect(thrown).toMatchObject({
        name: "TransientError",
        message: expect.stringContaining(error.message),
      });
    }
  });

  it.each<[string, WireAct]>([
    ["as an object at the top level", { chunk: { object: "error", message: "engine died", code: 500 } }],
    ["as a text", { chunk: { error: "engine died" } }],
    ["as an event of that name", { raw: 'event: error\ndata: {"message":"engine died"}\n\n' }],
    ["as a document", { status: 200, body: { error: { message: "engine died" } } }],
  ])("is an error that comes in the place of an answer, %s", async (_, act) => {
    const thrown = await failure(act);
    expect(thrown).toMatchObject({ name: "TransientError", code: "model_error" });
    expect(String(thrown)).toContain("engine died");
  });

  it("waits as long as the server asks for", async () => {
    expect(await wait(429, { "retry-after": "7" })).toBe(7);
    expect(await wait(503, { "retry-after": "1.5" })).toBe(1.5);
    expect(await wait(429, { "retry-after-ms": "250", "retry-after": "7" })).toBe(0.25);
    const inTen = await wait(429, { "retry-after": new Date(Date.now() + 10_000).toUTCString() });
    expect(inTen).toBeGreaterThan(7);
    expect(inTen).toBeLessThanOrEqual(10);
  });

  it("waits for no time that has passed or makes no sense", async () => {
    expect(await wait(429, { "retry-after": new Date(0).toUTCString() })).toBe(0);
    expect(await wait(429, { "retry-after": "-3" })).toBe(0);
    expect(await wait(429, { "retry-after": "soon" })).toBeUndefined();
    expect(await wait(429, {})).toBeUndefined();
  });

  it("is a server that is not there, and the message says why", async () => {
    const gone = await OpenAiServer.start(() => []);
    const model = openAiModel(gone.url);
    await gone[Symbol.asyncDispose]();
    const stream = model.stream(ASKED, AbortSignal.timeout(20_000));
    const thrown = await Array.fromAsync(stream).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ name: "TransientError", code: "model_unreachable" });
    expect(String(thrown)).toContain("ECONNREFUSED");
  });

  it("is a connection that breaks before anything came, when the model may have been at work", async () => {
    expect(await failure({ cut: true })).toMatchObject({ name: "TransientError", code: "broken_stream" });
    expect(await failure({ reset: true })).toMatchObject({ name: "TransientError", code: "broken_stream" });
  });
});

describe("what would fail again", () => {
  it.each([400, 401, 403, 404, 422])(
    "is an answer with status %i, told in the server's words",
    async (status) => {
      const thrown = await failure({ status, body: { error: { message: "no such thing as gpt-0" } } });
      expect(thrown).toMatchObject({ name: "TerminalError", code: "model_error" });
      expect(String(thrown)).toContain(`${status} no such thing as gpt-0`);
    },
  );

  it.each([{ code: "insufficient_quota" }, { type: "insufficient_quota", code: null }])(
    "is a used-up quota, though it comes as a rate limit: %j",
    async (told) => {
      const body = { error: { message: "You exceeded your current quota", ...told } };
      expect(await failure({ status: 429, body })).toMatchObject({
        name: "TerminalError",
        code: "insufficient_quota",
      });
    },
  );

  it("is an error in a stream whose code says so", async () => {
    const thrown = await failure({ chunk: { error: { message: "bad tool", code: 400 } } });
    expect(thrown).toMatchObject({ name: "TerminalError", code: "model_error" });
  });
});

describe("an address that nobody serves", () => {
  it.each(["404 page not found", { detail: "Not Found" }])("is told as such: %j", async (body) => {
    expect(String(await failure({ status: 404, body }))).toContain("a base URL names the API");
  });

  it("is not what an unknown model is taken for", async () => {
    const body = { error: { message: 'model "foo" not found, try pulling it first' } };
    const thrown = String(await failure({ status: 404, body }));
    expect(thrown).toContain('404 model "foo" not found, try pulling it first');
    expect(thrown).not.toContain("base URL");
  });
});

describe("the key", () => {
  const echoes: readonly WireAct[] = [
    { status: 401, body: { error: { message: `Incorrect API key provided: ${TEST_KEY}.` } } },
    { status: 401, body: `<p>Authorization: Bearer ${TEST_KEY}</p>` },
    { status: 500, body: { error: { message: "failed", request: { authorization: `Bearer ${TEST_KEY}` } } } },
    { status: 429, headers: { "x-debug": TEST_KEY } },
    { chunk: { error: { message: `no quota for ${TEST_KEY}` } } },
    { raw: `data: {"oops ${TEST_KEY}\n\n` },
  ];

  it.each(echoes)("stands in no error, however the server echoes it: %j", async (act) => {
    const thrown = await failure(act);
    expect(thrown).toBeInstanceOf(Error);
    expect(inspect(thrown, { depth: null, showHidden: true, maxStringLength: null })).not.toContain(TEST_KEY);
    expect(JSON.stringify(thrown)).not.toContain(TEST_KEY);
  });

  it("is not told in the half that OpenAI shows of it, nor are a URL's credentials", async () => {
    const message = "Incorrect API key provided: sk-test-****cdef. See http://user:secret@proxy/help";
    const thrown = String(await failure({ status: 401, body: { error: { message } } }));
    expect(thrown).not.toMatch(/cdef|secret/);
    expect(thrown).toContain("Incorrect API key provided");
  });

  it("is sent as a bearer token, and a placeholder for a server without keys garbles no message", async () => {
    await using server = await OpenAiServer.start(() => [
      { status: 400, body: { error: { message: "none of these models exist" } } },
    ]);
    const model = openAiModel(server.url, { api_key: "none" });
    const thrown = await Array.fromAsync(model.stream(ASKED, AbortSignal.timeout(20_000))).catch(String);
    expect(thrown).toContain("none of these models exist");
    expect(server.headers[0]?.authorization).toBe("Bearer none");
  });

  it("leaves a server's page short enough to read", async () => {
    expect(
      String(await failure({ status: 502, body: "<p>bad gateway</p>".repeat(10_000) })).length,
    ).toBeLessThan(1200);
  });
});
