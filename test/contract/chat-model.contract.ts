import { describe, expect, it } from "vitest";
import type { CallId, ChunkId, DocumentId } from "../../domain/ids.ts";
import type { Capability, ChatDelta, ChatRequest, FinishedCall } from "../../domain/model/chat.ts";
import type { ChatModel } from "../../domain/ports/chat-model.ts";
import type { ToolDescriptor } from "../../domain/tools/tool.ts";

/**
 * What the model behind the adapter is made to do:
 * - `answers`: text, to `ANSWERED`;
 * - `calls`: asks for `calculator` with {expression: "17 + 32"} and {expression: "5 * 6"} in one turn when it is
 *   offered and has no results yet (`CALLING`), and answers with text otherwise;
 * - `streams_slowly`: text that takes at least two seconds, the first piece within one.
 */
export type ModelBehaviour = "answers" | "calls" | "streams_slowly";

export interface ModelUnderTest extends AsyncDisposable {
  readonly model: ChatModel;
}

const CALCULATOR: ToolDescriptor = {
  name: "calculator",
  source: "builtin",
  server_id: "builtin",
  permission_scope: "read",
  description: "Evaluates an arithmetic expression.",
  input_schema: { type: "object", properties: { expression: { type: "string" } }, required: ["expression"] },
  annotations: { readOnlyHint: true },
  available: true,
  unavailable_reason: null,
};

export const ANSWERED: ChatRequest = {
  capability: "generation",
  instructions: "Answer from the evidence.",
  mode: "answer",
  message: "What is a lease?",
  context: null,
  earlier: [{ message: "What is a run?", answer: "A run is one message being worked on." }],
  evidence: [
    {
      chunk_id: "concepts#lease-1" as ChunkId,
      document_id: "concepts" as DocumentId,
      text: "A lease is the right to drive a run. It lasts as long as its owner is alive.",
      score: 1,
      metadata: { title: "Concepts", heading_path: ["Concepts", "Lease"] },
    },
  ],
  turns: [],
  tools: [],
};

export const CALLING: ChatRequest = {
  ...ANSWERED,
  message: "17 + 32 and 5 * 6",
  evidence: [],
  tools: [CALCULATOR],
};

const CAPABILITIES: readonly Capability[] = ["planning", "generation", "verification", "classification"];
/** What the port promises of an abort. */
const ABORTED_WITHIN_MS = 100;

/** What the agent loop relies on, whichever model answers. */
export function chatModelContract(
  name: string,
  open: (behaviour: ModelBehaviour) => Promise<ModelUnderTest>,
): void {
  describe(`ChatModel: ${name}`, () => {
    async function ask(behaviour: ModelBehaviour, request: ChatRequest): Promise<readonly ChatDelta[]> {
      await using test = await open(behaviour);
      return await Array.fromAsync(test.model.stream(request, AbortSignal.timeout(20_000)));
    }

    it("says which model serves a capability, always the same", async () => {
      await using test = await open("answers");
      for (const capability of CAPABILITIES) {
        const info = test.model.describe(capability);
        expect(info.model).not.toBe("");
        expect(info.provider).not.toBe("");
        expect(test.model.describe(capability)).toEqual(info);
      }
    });

    it("streams text in pieces and ends with exactly one end", async () => {
      const deltas = await ask("answers", ANSWERED);
      expect(ends(deltas)).toEqual([deltas.at(-1)]);
      expect(deltas.at(-1)).toMatchObject({ type: "end", finish_reason: "stop" });
      expect(deltas.filter(({ type }) => type === "text").length).toBeGreaterThan(1);
      expect(textOf(deltas).trim()).not.toBe("");
      expect(callsOf(deltas)).toEqual([]);
    });

    it("accounts for what it read and wrote", async () => {
      const [end] = ends(await ask("answers", ANSWERED));
      expect(end?.input_tokens).toBeGreaterThan(0);
      expect(end?.output_tokens).toBeGreaterThan(0);
      expect(Number.isInteger(end?.input_tokens) && Number.isInteger(end?.output_tokens)).toBe(true);
      expect(end?.cost_usd).toBeGreaterThanOrEqual(0);
    });

    it("costs no more than the worst case that it names before", async () => {
      for (const [behaviour, request] of [["answers", ANSWERED] as const, ["calls", CALLING] as const]) {
        await using test = await open(behaviour);
        const worst = test.model.worstCaseUsd(request);
        const [end] = ends(await Array.fromAsync(test.model.stream(request, AbortSignal.timeout(20_000))));
        expect(end?.cost_usd).toBeLessThanOrEqual(worst);
      }
    });

    it("leaves the request as it was", async () => {
      const before = structuredClone(CALLING);
      await ask("calls", CALLING);
      expect(CALLING).toEqual(before);
    });

    it("asks for several calls in one turn, whole, and only for tools that are offered", async () => {
      const deltas = await ask("calls", CALLING);
      expect(ends(deltas)).toEqual([deltas.at(-1)]);
      expect(deltas.at(-1)).toMatchObject({ finish_reason: "tool_calls" });
      expect(callsOf(deltas)).toEqual([
        { tool_name: "calculator", arguments: { expression: "17 + 32" } },
        { tool_name: "calculator", arguments: { expression: "5 * 6" } },
      ]);
    });

    it("answers once the results are there", async () => {
      const calls = [finished("call-1", "17 + 32", "49"), finished("call-2", "5 * 6", "30")];
      const deltas = await ask("calls", { ...CALLING, turns: [{ text: "", calls }] });
      expect(callsOf(deltas)).toEqual([]);
      expect(textOf(deltas)).toContain("49");
    });

    it("is told of failed and denied calls, and answers", async () => {
      const calls: FinishedCall[] = [
        {
          ...finished("call-1", "1 / 0", ""),
          ending: { status: "failed", error: { code: "tool_error", message: "division by zero" } },
        },
        { ...finished("call-2", "5 * 6", ""), ending: { status: "denied", reason: "Not allowed here." } },
      ];
      const deltas = await ask("calls", { ...CALLING, turns: [{ text: "", calls }] });
      expect(textOf(deltas).trim()).not.toBe("");
    });

    it("asks for nothing when nothing is offered", async () => {
      const deltas = await ask("calls", { ...CALLING, tools: [] });
      expect(callsOf(deltas)).toEqual([]);
      expect(textOf(deltas).trim()).not.toBe("");
    });

    it("throws the reason of a signal that is aborted before it starts", async () => {
      await using test = await open("answers");
      const reason = new Error("cancelled before it began");
      const stream = test.model.stream(ANSWERED, AbortSignal.abort(reason));
      await expect(Array.fromAsync(stream)).rejects.toBe(reason);
    });

    it(`stops within ${ABORTED_WITHIN_MS} ms of an abort, throwing its reason`, async () => {
      await using test = await open("streams_slowly");
      const controller = new AbortController();
      const reason = new Error("cancelled by its user");
      const stream = test.model.stream(ANSWERED, controller.signal)[Symbol.asyncIterator]();
      expect(await stream.next()).toMatchObject({ done: false });
      let abortedAt = 0;
      const rest = (async () => {
        while (!(await stream.next()).done);
      })();
      await Promise.resolve();
      abortedAt = performance.now();
      controller.abort(reason);
      await expect(rest).rejects.toBe(reason);
      expect(performance.now() - abortedAt).toBeLessThan(ABORTED_WITHIN_MS);
    });

    it("lets go when its reader goes away", async () => {
      await using test = await open("streams_slowly");
      for await (const delta of test.model.stream(ANSWERED, AbortSignal.timeout(20_000))) {
        expect(delta.type).toBe("text");
        break;
      }
    });

    it("serves several streams at once, each its own", async () => {
      await using test = await open("answers");
      const answers = await Promise.all(
        Array.from({ length: 4 }, () =>
          Array.fromAsync(test.model.stream(ANSWERED, AbortSignal.timeout(20_000))),
        ),
      );
      for (const deltas of answers) {
        expect(ends(deltas)).toHaveLength(1);
        expect(textOf(deltas)).toBe(textOf(answers[0] ?? []));
      }
    });
  });
}

function ends(deltas: readonly ChatDelta[]) {
  return deltas.filter((delta) => delta.type === "end");
}

function textOf(deltas: readonly ChatDelta[]): string {
  return deltas.map((delta) => (delta.type === "text" ? delta.text : "")).join("");
}

function callsOf(deltas: readonly ChatDelta[]) {
  return deltas.flatMap((delta) => (delta.type === "call" ? [delta.call] : []));
}

function finished(call_id: string, expression: string, result: string): FinishedCall {
  return {
    call_id: call_id as CallId,
    tool_name: CALCULATOR.name,
    arguments: { expression },
    ending: { status: "completed", output: { content: [{ type: "text", text: result }] } },
  };
}
