import { describe, expect, it } from "vitest";
import { failureOf, openAiModel } from "../../support/openai-model.ts";
import { OpenAiServer, type WireAct } from "../../support/openai-server.ts";
import { request } from "../deterministic/requests.ts";

const ASKED = request("How are you?");
const SILENCE = { wait: new Promise(() => undefined) };
const ENOUGH = new Error("enough");

describe("a model that is silent for too long", () => {
  it.each<[string, readonly WireAct[]]>([
    ["answers not at all", [{ hold: SILENCE.wait }]],
    ["says nothing behind its headers", [SILENCE]],
    [
      "only names its role",
      [{ chunk: { choices: [{ index: 0, delta: { role: "assistant", content: "" } }] } }, SILENCE],
    ],
    ["only sends comments", [{ raw: ": still here\n\n" }, SILENCE]],
  ])("may be asked again when it %s", async (_, acts) => {
    const limits = { first_token_ms: 150, between_tokens_ms: 20_000 };
    expect(await failureOf(ASKED, () => acts, limits)).toMatchObject({
      name: "TransientError",
      code: "model_timeout",
      message: "test-model was silent for 0.15 s",
    });
  });

  it("may be asked again when it stops in the middle of an answer", async () => {
    const limits = { first_token_ms: 20_000, between_tokens_ms: 150 };
    expect(await failureOf(ASKED, () => [{ text: "Fi" }, SILENCE], limits)).toMatchObject({
      name: "TransientError",
      code: "model_timeout",
    });
  });

  it("is not one that thinks aloud", async () => {
    await using server = await OpenAiServer.start(() => [
      ...Array.from({ length: 6 }, (): WireAct[] => [
        { chunk: { choices: [{ index: 0, delta: { reasoning_content: "hm" } }] } },
        { pause_ms: 60 },
      ]).flat(),
      { text: "Fine." },
      { finish: "stop" },
    ]);
    const model = openAiModel(server.url, { first_token_ms: 300, between_tokens_ms: 300 });
    const deltas = await Array.fromAsync(model.stream(ASKED, AbortSignal.timeout(20_000)));
    expect(deltas.map(({ type }) => type)).toEqual(["text", "end"]);
  });

  it("is hung up on", async () => {
    await using server = await OpenAiServer.start(() => [{ text: "Fi" }, SILENCE]);
    const model = openAiModel(server.url, { between_tokens_ms: 100 });
    await expect(Array.fromAsync(model.stream(ASKED, AbortSignal.timeout(20_000)))).rejects.toThrow("silent");
    await expect.poll(() => server.aborted).toBe(1);
  });
});

describe("stopping a request", () => {
  it.each<[string, number, readonly WireAct[]]>([
    ["before the server answers", 0, [{ hold: SILENCE.wait }]],
    ["while the server is silent", 0, [SILENCE]],
    ["while it streams", 3, Array.from({ length: 200 }, () => [{ text: "on " }, { pause_ms: 5 }]).flat()],
    ["between two pieces", 1, [{ text: "Fi" }, SILENCE]],
    ["behind the end, while usage is waited for", 1, [{ text: "Fine." }, { finish: "stop" }, SILENCE]],
  ])("takes less than 100 ms %s, and the server sees it", async (_, pieces, acts) => {
    await using server = await OpenAiServer.start(() => acts);
    const stop = new AbortController();
    let seen = 0;
    const reading = (async () => {
      for await (const _ of openAiModel(server.url).stream(ASKED, stop.signal)) seen += 1;
    })().catch((error: unknown) => error);
    await expect.poll(() => server.requests.length === 1 && seen >= pieces).toBe(true);
    const stopped = performance.now();
    stop.abort(ENOUGH);

    expect(await reading).toBe(ENOUGH);
    expect(performance.now() - stopped).toBeLessThan(100);
    await expect.poll(() => server.aborted).toBe(1);
  });

  it("is what leaving the answer in the middle does", async () => {
    await using server = await OpenAiServer.start(() => [{ text: "Fi" }, SILENCE]);
    for await (const delta of openAiModel(server.url).stream(ASKED, new AbortController().signal)) {
      expect(delta).toEqual({ type: "text", text: "Fi" });
      break;
    }
    await expect.poll(() => server.aborted).toBe(1);
  });

  it("asks nobody when it was stopped before", async () => {
    await using server = await OpenAiServer.start(() => [{ text: "Fine." }, { finish: "stop" }]);
    const stream = openAiModel(server.url).stream(ASKED, AbortSignal.abort(ENOUGH));
    await expect(Array.fromAsync(stream)).rejects.toBe(ENOUGH);
    expect(server.requests).toEqual([]);
  });
});
