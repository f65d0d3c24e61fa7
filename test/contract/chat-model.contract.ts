import { describe, expect, it } from "vitest";
import type { Capability, ChatDelta, ChatRequest } from "../../domain/model/chat.ts";
import type { ChatModel } from "../../domain/ports/chat-model.ts";

/** A model, and requests of which it is known how it takes them. */
export interface ModelUnderTest extends AsyncDisposable {
  readonly model: ChatModel;
  /** Is answered with a text of several pieces, over at least half a second. */
  readonly answered: ChatRequest;
  /** Is answered with a call of the first tool offered. */
  readonly calling: ChatRequest;
}

const CAPABILITIES: readonly Capability[] = ["planning", "generation", "verification", "classification"];

/** What the agent loop relies on, whatever model answers. */
export function chatModelContract(name: string, open: () => Promise<ModelUnderTest>): void {
  describe(`ChatModel: ${name}`, () => {
    const never = () => new AbortController().signal;
    const read = (model: ChatModel, request: ChatRequest) => Array.fromAsync(model.stream(request, never()));

    it("names a model for every capability", async () => {
      await using test = await open();
      for (const capability of CAPABILITIES) {
        const { model, provider } = test.model.describe(capability);
        expect(model).not.toBe("");
        expect(provider).not.toBe("");
      }
    });

    it("streams text in pieces and ends once, as the last thing", async () => {
      await using test = await open();
      const deltas = await read(test.model, test.answered);
      const pieces = deltas.filter(({ type }) => type === "text");

      expect(pieces.length).toBeGreaterThan(1);
      expect(deltas.findIndex(({ type }) => type === "end")).toBe(deltas.length - 1);
      expect(deltas.at(-1)).toMatchObject({ type: "end", finish_reason: "stop" });
    });

    it("gives whole calls, under the names they were offered by", async () => {
      await using test = await open();
      const deltas = await read(test.model, test.calling);
      const [call] = deltas.flatMap((delta) => (delta.type === "call" ? [delta.call] : []));

      expect(call?.tool_name).toBe(test.calling.tools[0]?.name);
      expect(call).toHaveProperty("arguments", expect.any(Object));
      expect(deltas.at(-1)).toMatchObject({ type: "end", finish_reason: "tool_calls" });
    });

    it("says what a call took, and never more than the worst case it had named", async () => {
      await using test = await open();
      for (const request of [test.answered, test.calling]) {
        const end = (await read(test.model, request)).at(-1) as Extract<ChatDelta, { type: "end" }>;
        expect(end.input_tokens).toBeGreaterThan(0);
        expect(end.output_tokens).toBeGreaterThan(0);
        expect(end.cost_usd).toBeGreaterThanOrEqual(0);
        expect(end.cost_usd).toBeLessThanOrEqual(test.model.worstCaseUsd(request));
      }
    });

    it("leaves the request as it was", async () => {
      await using test = await open();
      const before = structuredClone(test.calling);
      await read(test.model, test.calling);
      expect(test.calling).toEqual(before);
    });

    it("keeps answers apart that stream at the same time", async () => {
      await using test = await open();
      const alone = await read(test.model, test.answered);
      const [one, calls, two] = await Promise.all([
        read(test.model, test.answered),
        read(test.model, test.calling),
        read(test.model, test.answered),
      ]);
      expect([one, two]).toEqual([alone, alone]);
      expect(calls.map(({ type }) => type)).toEqual(["call", "end"]);
    });

    it("does nothing when it is stopped before it begins", async () => {
      await using test = await open();
      const reason = new Error("not any more");
      const stream = test.model.stream(test.answered, AbortSignal.abort(reason));
      await expect(Array.fromAsync(stream)).rejects.toBe(reason);
    });

    it("stops within 100 ms in the middle of an answer, for the reason it is given", async () => {
      await using test = await open();
      const stop = new AbortController();
      const reason = new Error("enough");
      const deltas: ChatDelta[] = [];
      let stopped = 0;
      const reading = (async () => {
        for await (const delta of test.model.stream(test.answered, stop.signal)) {
          deltas.push(delta);
          if (deltas.length > 1) continue;
          stopped = performance.now();
          stop.abort(reason);
        }
      })();
      await expect(reading).rejects.toBe(reason);
      expect(performance.now() - stopped).toBeLessThan(100);
      expect(deltas).toHaveLength(1);
    });

    it("can be left in the middle of an answer, and asked again", async () => {
      await using test = await open();
      for await (const delta of test.model.stream(test.answered, never())) {
        expect(delta.type).toBe("text");
        break;
      }
      expect((await read(test.model, test.calling)).at(-1)?.type).toBe("end");
    });
  });
}
