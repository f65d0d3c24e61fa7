import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RunClient } from "../../adapters/cli/run-client.ts";
import { isTerminal, type RunEvent } from "../../domain/run/events.ts";
import { proveRun } from "../../domain/run/proof.ts";
import { BatonProcess } from "../support/baton-process.ts";
import { Cluster } from "../support/cluster.ts";
import { all, only } from "../support/engine.ts";
import { TEST_KEY } from "../support/openai-model.ts";
import { OpenAiServer, type WireAct, type WireRequest } from "../support/openai-server.ts";

/** What is promised of a cancel, from the request to the model's connection. */
const ABORTED_WITHIN_MS = 100;
const FINE: readonly WireAct[] = [{ text: "Fine." }, { finish: "stop" }];
const SILENCE = new Promise(() => undefined);

interface Deployment extends AsyncDisposable {
  readonly client: RunClient;
  /** Everything that its processes have logged. */
  logs(): string;
}

type Env = Readonly<Record<string, string>>;

async function oneProcess(env: Env): Promise<Deployment> {
  const knowledge = await mkdtemp(path.join(os.tmpdir(), "baton-models-"));
  await writeFile(path.join(knowledge, "leases.md"), "# Leases\n\nA lease is the right to drive a run.\n");
  const process = await BatonProcess.start(
    "local",
    { PORT: "0", LOG_LEVEL: "debug", KNOWLEDGE_DIR: knowledge, ...env },
    "listening",
  );
  const { port } = await process.logged("listening");
  return {
    client: new RunClient(`http://127.0.0.1:${String(port)}`, null),
    logs: () => JSON.stringify(process.lines),
    async [Symbol.asyncDispose]() {
      await process.kill();
      await rm(knowledge, { recursive: true, force: true });
    },
  };
}

async function distributed(env: Env): Promise<Deployment> {
  const cluster = await Cluster.start({ env: { LOG_LEVEL: "debug", ...env } });
  const processes = () => [cluster.api, ...cluster.workflow_workers, ...cluster.tool_workers];
  return {
    client: cluster.client,
    logs: () => JSON.stringify(processes().map((process) => process?.lines)),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

async function finished(deployment: Deployment, message: string): Promise<readonly RunEvent[]> {
  const run_id = await deployment.client.start({ message });
  const events = await Array.fromAsync(deployment.client.follow(run_id, AbortSignal.timeout(25_000)));
  expect(proveRun(events, null)).toEqual([]);
  expect(events.filter(isTerminal)).toHaveLength(1);
  return events;
}

/** What the scripted server does about a message that names the case. */
const CASES: Readonly<Record<string, (request: WireRequest, count: number) => readonly WireAct[]>> = {
  silent: () => [{ wait: SILENCE }],
  "cut off": (_, count) => (count === 0 ? [{ text: "Fi" }, { pause_ms: 100 }, { cut: true }] : FINE),
  "rate limited until a date": (_, count) => {
    const until = new Date(Date.now() + 2_000).toUTCString();
    return count === 0 ? [{ status: 429, headers: { "retry-after": until } }] : FINE;
  },
  "not streaming": () => [
    { status: 200, body: { choices: [{ message: { content: "Fine." }, finish_reason: "stop" }] } },
  ],
  "without tools": ({ tools }) =>
    tools === undefined ? FINE : [{ status: 400, body: { error: { message: "does not support tools" } } }],
  "calling at once": ({ messages }) => {
    const results = messages.flatMap(({ role, content }) => (role === "tool" ? [content] : []));
    if (results.length > 0) return [{ text: `Found ${results.join(" and ")}.` }, { finish: "stop" }];
    return [
      { call: { id: "x", name: "calculator", args: '{"expression":"17 + 32"}' } },
      { call: { id: "x", name: "calculator", args: '{"expression":"5 * 6"}' } },
      { call: { id: "x", name: "no_such_tool", args: "{}" } },
      { call: { id: "x", name: "calculator", args: '{"expr' } },
      { finish: "stop" },
    ];
  },
  forbidden: () => [
    { status: 401, body: { error: { message: `Incorrect API key provided: ${TEST_KEY}.` } } },
  ],
};

describe.each([
  ["in one process", oneProcess],
  ["distributed", distributed],
] as const)("a run on a model's server, %s", (_, deploy) => {
  let server: OpenAiServer;
  let deployment: Deployment;

  beforeAll(async () => {
    const counts = new Map<string, number>();
    server = await OpenAiServer.start((request) => {
      const asked = request.messages.find(({ role }) => role === "user")?.content ?? "";
      const name = Object.keys(CASES).find((known) => asked.includes(known)) ?? "";
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      return CASES[name]?.(request, count) ?? FINE;
    });
    deployment = await deploy({ OPENAI_API_KEY: TEST_KEY, OPENAI_BASE_URL: server.url, OPENAI_MODEL: "m" });
  });

  afterAll(async () => {
    await deployment[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it(`has its connection closed within ${ABORTED_WITHIN_MS} ms of a cancel`, async () => {
    const took: number[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const [asked, aborted] = [server.requests.length, server.aborted];
      const run_id = await deployment.client.start({ message: "A silent model" });
      await expect.poll(() => server.requests.length, { timeout: 5_000 }).toBe(asked + 1);
      const closed = server.nextAbort();
      const cancelled = performance.now();
      await deployment.client.cancel(run_id);
      took.push((await closed) - cancelled);
      expect(server.aborted).toBe(aborted + 1);
    }
    // The machine is shared: the promise is kept when nothing else holds it up.
    expect(Math.min(...took)).toBeLessThan(ABORTED_WITHIN_MS);
  });

  it("is answered though the stream was cut off, with the text voided and anew", async () => {
    const events = await finished(deployment, "A model that is cut off");
    expect(only(events, "model.failed").data.error.code).toBe("broken_stream");
    expect(all(events, "output.reset")).toHaveLength(1);
    expect(only(events, "run.completed").data.final_text).toBe("Fine.");
  });

  it("waits as long as a date tells it to", async () => {
    const events = await finished(deployment, "A model that is rate limited until a date");
    const [first, second] = all(events, "model.started").map(({ ts }) => Date.parse(ts));
    // A date in a header has whole seconds.
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(1_000);
    expect(only(events, "run.completed").data.final_text).toBe("Fine.");
  });

  it("is answered by a server that does not stream", async () => {
    const events = await finished(deployment, "A model that is not streaming");
    expect(only(events, "run.completed").data.final_text).toBe("Fine.");
  });

  it("is answered by a model that takes no tools, and says so", async () => {
    const events = await finished(deployment, "A model without tools");
    expect(only(events, "degraded.mode.entered").data).toMatchObject({ scope: "tools" });
    expect(only(events, "run.completed").data.final_text).toBe("Fine.");
  });

  it("tells the model of each of its calls, however it went", async () => {
    const events = await finished(deployment, "A model that is calling at once");
    expect(only(events, "run.completed").data.final_text).toMatch(
      /^Found 49 and 30 and .*no tool named no_such_tool.* and .*malformed_arguments.*\.$/,
    );
  });

  it("fails in the server's words when the key is wrong, and shows the key nowhere", async () => {
    const events = await finished(deployment, "A model that is forbidden");
    expect(only(events, "run.failed").data).toMatchObject({
      outcome: "failed",
      reason: "401 Incorrect API key provided: [redacted].",
    });
    expect(JSON.stringify(events)).not.toContain(TEST_KEY);
    await expect.poll(() => deployment.logs()).toContain("Incorrect API key provided");
    expect(deployment.logs()).not.toContain(TEST_KEY);
  });
});

/** Not ours: what its authors think that such servers do. */
describe("a run on somebody else's server", () => {
  let mock: LLMock;
  let deployment: Deployment;

  beforeAll(async () => {
    mock = new LLMock({ port: 0 });
    await mock.start();
    deployment = await oneProcess({
      OPENAI_API_KEY: TEST_KEY,
      OPENAI_BASE_URL: `${mock.url}/v1`,
      OPENAI_MODEL: "gpt-4o",
      MODEL_PRICES: "gpt-4o=2.5/10",
      MODEL_ROUTING_PLANNING_MODEL: "gpt-4o-mini",
    });
  });

  afterAll(async () => {
    await deployment[Symbol.asyncDispose]();
    await mock.stop();
  });

  it("streams text, counts its tokens and has a plan judged in JSON", async () => {
    const plan = { plan_type: "direct_answer", reason: "it is a greeting to the moon", reply: "" };
    mock.on({ model: "gpt-4o-mini" }, { content: JSON.stringify(plan) });
    mock.on(
      { model: "gpt-4o", userMessage: "moon" },
      {
        content: "Good evening, moon.",
        usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
      },
      { chunkSize: 4 },
    );
    const events = await finished(deployment, "Write a greeting to the moon");
    expect(all(events, "model.completed").map(({ data }) => [data.model, data.capability])).toEqual([
      ["gpt-4o-mini", "planning"],
      ["gpt-4o", "generation"],
    ]);
    expect(all(events, "model.completed").at(-1)?.data).toMatchObject({
      input_tokens: 100,
      output_tokens: 20,
      cost_usd: expect.closeTo((100 * 2.5 + 20 * 10) / 1e6, 12),
    });
    expect(only(events, "run.completed").data.final_text).toBe("Good evening, moon.");
  });

  it("streams two calls at once and is told both results", async () => {
    const calls = ["17 + 32", "5 * 6"].map((expression) => ({
      name: "calculator",
      arguments: JSON.stringify({ expression }),
    }));
    mock.on(
      { model: "gpt-4o", userMessage: "sums", hasToolResult: false },
      { toolCalls: calls },
      { chunkSize: 5 },
    );
    mock.on({ model: "gpt-4o", userMessage: "sums", hasToolResult: true }, { content: "49 and 30." });
    const events = await finished(deployment, "Work out both sums for me, please: 17 + 32 and 5 * 6");
    expect(all(events, "tool.completed")).toHaveLength(2);
    const last = mock.getLastRequest()?.body as WireRequest;
    const results = last.messages.filter(({ role }) => role === "tool");
    expect(results.map(({ content }) => content)).toEqual(["49", "30"]);
    expect(only(events, "run.completed").data.final_text).toBe("49 and 30.");
  });

  it("is asked again when it limits its rate, and when it hangs up in the middle", async () => {
    mock.nextRequestError(429, { message: "Slow down", type: "rate_limit_error" });
    mock.on(
      { model: "gpt-4o", userMessage: "stars", sequenceIndex: 0 },
      { content: "Good evening, stars, all of you." },
      { chunkSize: 4, latency: 50, truncateAfterChunks: 3 },
    );
    mock.on({ model: "gpt-4o", userMessage: "stars", sequenceIndex: 1 }, { content: "Good evening, stars." });
    const events = await finished(deployment, "Write a greeting to the stars");
    expect(all(events, "model.failed").map(({ data }) => data.error.code)).toEqual([
      "rate_limited",
      "broken_stream",
    ]);
    expect(only(events, "run.completed").data.final_text).toBe("Good evening, stars.");
  });
});
