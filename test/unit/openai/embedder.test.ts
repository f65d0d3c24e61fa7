import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OpenAiEmbedder, type OpenAiEmbedderOptions } from "../../../adapters/openai/openai-embedder.ts";
import { TerminalError, TransientError } from "../../../domain/errors.ts";
import type { EmbeddingPurpose } from "../../../domain/ports/embedder.ts";
import { EmbeddingServer } from "../../support/embedding-server.ts";
import { RecordingLog } from "../../support/mcp/recording-log.ts";
import { TEST_KEY } from "../../support/openai-model.ts";

const TEXTS = ["an anchor holds", "a sail turns", "a knot ties"];
const TOO_LONG = "This model's maximum context length is 512 tokens, however you requested 813 tokens";

let server: EmbeddingServer;
let log: RecordingLog;

beforeEach(async () => {
  server = await EmbeddingServer.start();
  log = new RecordingLog();
});
afterEach(() => server[Symbol.asyncDispose]());

describe("what is sent", () => {
  it("is the texts with the model's name, the key, and a wish for base64", async () => {
    await embed(TEXTS);
    expect(server.requests).toEqual([{ model: "test-model", input: TEXTS, encoding_format: "base64" }]);
    expect(server.headers[0]?.authorization).toBe(`Bearer ${TEST_KEY}`);
  });

  it("goes in several requests when it is more than one takes", async () => {
    const long = "x".repeat(20_000);
    const texts = Array.from({ length: 25 }, (_, n) => `${n} ${long}`);
    expect(await embed(texts)).toHaveLength(25);
    expect(server.requests.map(({ input }) => input.length)).toEqual([9, 9, 7]);
    expect(server.texts).toEqual(texts);
  });

  it("is valid text, though a question was cut in the middle of a character", async () => {
    await embed(["half an anchor \ud83d"]);
    expect(server.texts).toEqual(["half an anchor \ufffd"]);
  });

  it("is nothing when there is nothing to embed", async () => {
    expect(await embed([])).toEqual([]);
    expect(server.requests).toEqual([]);
  });
});

describe("what compatible servers do differently", () => {
  let expected: readonly Float32Array[];
  const answerWith = (change: (entry: object, n: number) => object, order = (data: object[]) => data) => {
    server.script = async (request) => {
      const answer = await server.embeddings({ ...request, encoding_format: "float" });
      return { status: 200, body: { data: order(answer.data.map(change)) } };
    };
  };

  beforeEach(async () => {
    expected = await server.model.embed(TEXTS, "document", AbortSignal.timeout(1000));
  });

  it("is nothing at OpenAI itself", async () => {
    expect(await embed(TEXTS)).toEqual(expected);
  });

  it("is sending numbers though base64 was asked for, without usage and without the model's name", async () => {
    answerWith((entry) => entry);
    expect(await embed(TEXTS)).toEqual(expected);
  });

  it("is sending them in another order", async () => {
    answerWith(
      (entry) => entry,
      (data) => data.toReversed(),
    );
    expect(await embed(TEXTS)).toEqual(expected);
  });

  it.each([
    ["no index", { index: undefined }],
    ["the same index everywhere", { index: 0 }],
    ["indexes as text", { index: "2" }],
  ])("is having %s", async (_, change) => {
    answerWith((entry) => ({ ...entry, ...change }));
    expect(await embed(TEXTS)).toEqual(expected);
  });

  it("is not knowing base64, which is found out once", async () => {
    server.script = ({ encoding_format }) =>
      encoding_format === "float"
        ? null
        : { status: 422, body: { error: { message: "encoding_format: must be 'float'" } } };
    const model = embedder();
    expect(await model.embed(TEXTS, "document", limit())).toEqual(expected);
    await model.embed(TEXTS, "document", limit());
    expect(server.requests.map(({ encoding_format }) => encoding_format)).toEqual([
      "base64",
      "float",
      "float",
    ]);
  });

  it("is taking fewer texts at once, which is found out once", async () => {
    server.script = ({ input }) =>
      input.length <= 2 ? null : { status: 422, body: { error: { message: "batch size 3 > maximum 2" } } };
    const model = embedder();
    expect(await model.embed(TEXTS, "document", limit())).toEqual(expected);
    await model.embed(TEXTS, "document", limit());
    expect(server.requests.map(({ input }) => input.length)).toEqual([3, 2, 1, 2, 1]);
  });

  it.each([400, 413, 422])("is refusing (%i) longer texts, which are cut with a note", async (status) => {
    const long = "anchor sail ".repeat(300);
    server.script = ({ input }) =>
      input.every((text) => text.length <= 1000) ? null : { status, body: { error: { message: TOO_LONG } } };
    const model = embedder();
    const vectors = await model.embed([...TEXTS, long], "document", limit());
    expect(vectors).toHaveLength(4);
    expect(vectors.slice(0, 3)).toEqual(expected);
    expect(server.texts).toContain(long.slice(0, 900));
    expect(warnings()).toEqual([expect.stringMatching(/^warn a text is longer .*"of":3600/)]);
    await model.embed([long, ...TEXTS], "document", limit());
    expect(warnings()).toHaveLength(1);
  });
});

describe("what may be asked again", () => {
  it.each([
    { status: 429 },
    { status: 500 },
    { status: 503, headers: { "retry-after": "0" } },
    { cut: true },
  ] as const)("is asked again: %j", async (reply) => {
    server.script = (_, count) => (count === 0 ? reply : null);
    expect(await embed(TEXTS)).toHaveLength(3);
    expect(server.requests).toHaveLength(2);
  });

  it("waits as long as the server asks for", async () => {
    const at: number[] = [];
    server.script = (_, count) => {
      at.push(performance.now());
      return count === 0 ? { status: 429, headers: { "retry-after-ms": "900" } } : null;
    };
    await embed(TEXTS);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(890);
  });

  it("is left to the caller when the server wants more than a document's patience", async () => {
    server.script = () => ({ status: 429, headers: { "retry-after": "3600" } });
    expect(await failure()).toMatchObject({ code: "rate_limited", retry_after_seconds: 3600 });
    expect(server.requests).toHaveLength(1);
  });

  it("is left to the caller when a run waits for a question's vector", async () => {
    server.script = () => ({ status: 429, headers: { "retry-after": "5" } });
    expect(await failure("query")).toMatchObject({ code: "rate_limited", retry_after_seconds: 5 });
    expect(server.requests).toHaveLength(1);
  });

  it("is asked again at once for a question whose connection broke", async () => {
    server.script = (_, count) => (count === 0 ? { cut: true } : null);
    expect(await embedder().embed(["an anchor"], "query", limit())).toHaveLength(1);
  });

  it("is a server that is not there, and the message says why", async () => {
    const base_url = server.url;
    await server[Symbol.asyncDispose]();
    const thrown = await failure("query", { base_url });
    expect(thrown).toMatchObject({ name: "TransientError", code: "model_unreachable" });
    expect(String(thrown)).toContain("ECONNREFUSED");
    server = await EmbeddingServer.start();
  });

  it.each(["before_headers", "after_headers"] as const)("is a server that is silent %s", async (silent) => {
    server.script = () => ({ silent });
    const thrown = await failure("query", { timeout_ms: 100 });
    expect(thrown).toMatchObject({ name: "TransientError", code: "model_timeout" });
  });

  it("is given up after a while", async () => {
    server.script = () => ({ status: 503, headers: { "retry-after-ms": "1" } });
    expect(await failure()).toBeInstanceOf(TransientError);
    expect(server.requests).toHaveLength(5);
  });
});

describe("what would fail again", () => {
  it.each([404, 405, 501])("is a server without the endpoint or the model: %i", async (status) => {
    server.script = () => ({ status, body: { error: { message: 'model "test-model" not found' } } });
    const thrown = await failure();
    expect(thrown).toMatchObject({ name: "TerminalError", code: "embeddings_missing" });
    expect(String(thrown)).toContain('model "test-model" not found');
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    { status: 400, body: { error: { message: "Invalid model name passed in model=test-model" } } },
    { status: 401, body: { error: { message: `Incorrect API key provided: ${TEST_KEY}` } } },
    { status: 429, body: { error: { message: "no quota", code: "insufficient_quota" } } },
  ])("is asked once, and tells no key: %j", async (reply) => {
    server.script = () => reply;
    const thrown = await failure();
    expect(thrown).toBeInstanceOf(TerminalError);
    expect(String(thrown)).not.toContain(TEST_KEY);
    expect(server.requests).toHaveLength(1);
  });

  it("is a single short text that is refused as too much", async () => {
    server.script = () => ({ status: 413 });
    expect(await failure()).toBeInstanceOf(TerminalError);
    expect(server.requests.length).toBeLessThan(10);
  });

  const floats = (...vectors: unknown[]) => ({ data: vectors.map((embedding) => ({ embedding })) });
  it.each<[string, object | string]>([
    ["a page", "<h1>Welcome</h1>"],
    ["another object", { choices: [] }],
    ["too few embeddings", floats([1, 2])],
    ["too many embeddings", floats([1], [2], [3], [4])],
    ["embeddings of different lengths", floats([1, 2], [1, 2], [1])],
    ["an empty embedding", floats([], [], [])],
    ["what is no number", floats([1], [null], [3])],
    ["no embedding at all", { data: [{}, {}, {}] }],
    ["half a number in base64", floats("AAAAAAA=", "AAAAAAA=", "AAAAAAA=")],
    ["infinity in base64", floats("AACAfw==", "AACAfw==", "AACAfw==")],
  ])("is an answer that holds %s", async (_, body) => {
    server.script = () => ({ status: 200, body });
    expect(await failure()).toMatchObject({ name: "TerminalError", code: "embedding_mismatch" });
  });
});

describe("whoever is gone", () => {
  it.each(["before_headers", "after_headers"] as const)("ends the request, %s", async (silent) => {
    const gone = new AbortController();
    const reason = new Error("cancelled");
    server.script = () => {
      setImmediate(() => gone.abort(reason));
      return { silent };
    };
    await expect(embedder().embed(TEXTS, "document", gone.signal)).rejects.toBe(reason);
    await expect.poll(() => server.aborted).toBe(1);
  });

  it("ends the pause before the next try", async () => {
    const gone = new AbortController();
    const reason = new Error("cancelled");
    server.script = () => {
      setTimeout(() => gone.abort(reason), 20);
      return { status: 429, headers: { "retry-after": "30" } };
    };
    await expect(embedder().embed(TEXTS, "document", gone.signal)).rejects.toBe(reason);
  });

  it("asks for nothing", async () => {
    const reason = new Error("cancelled");
    await expect(embedder().embed(TEXTS, "document", AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(server.requests).toEqual([]);
  });
});

describe("the name of the model", () => {
  it("tells servers apart, and tells no credentials", () => {
    const named = (base_url: string | null) => embedder({ base_url }).model;
    expect(named(null)).toBe("test-model");
    expect(named("http://user:secret@localhost:11434/v1/")).toBe("test-model at localhost:11434/v1");
  });
});

function warnings(): string[] {
  return log.lines.filter((line) => line.startsWith("warn"));
}

function embedder(options: Partial<OpenAiEmbedderOptions> = {}): OpenAiEmbedder {
  const { base_url = server.url, timeout_ms = 5000 } = options;
  return new OpenAiEmbedder({ api_key: TEST_KEY, base_url, model: "test-model", timeout_ms }, log);
}

function embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
  return embedder().embed(texts, "document", limit());
}

function failure(
  purpose: EmbeddingPurpose = "document",
  options: Partial<OpenAiEmbedderOptions> = {},
): Promise<unknown> {
  return embedder(options)
    .embed(TEXTS, purpose, limit())
    .then(
      () => Promise.reject(new Error("it embedded them")),
      (error: unknown) => error,
    );
}

function limit(): AbortSignal {
  return AbortSignal.timeout(20_000);
}
