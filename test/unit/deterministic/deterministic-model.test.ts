import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeterministicChatModel } from "../../../adapters/deterministic/deterministic-model.ts";
import { replyTo } from "../../../adapters/deterministic/reply.ts";
import { abstains } from "../../../domain/model/abstention.ts";
import type { ChatDelta, ChatRequest } from "../../../domain/model/chat.ts";
import { calculator, chunk, completed, getFileContents, request, tool, turn } from "./requests.ts";

const EVIDENCE = [
  chunk("concepts#lease-1", "A lease is the right to drive a run. One worker holds it at a time.", [
    "Concepts",
    "Lease",
  ]),
  chunk("concepts#run-1", "A run is one message being worked on.", ["Concepts", "Run"]),
];
const model = new DeterministicChatModel();
const never = new AbortController().signal;

const stream = (asked: ChatRequest): Promise<readonly ChatDelta[]> =>
  Array.fromAsync(model.stream(asked, never));
const textOf = (deltas: readonly ChatDelta[]) =>
  deltas.map((delta) => (delta.type === "text" ? delta.text : "")).join("");
const say = (message: string, given: Partial<ChatRequest> = {}) => {
  const reply = replyTo(request(message, { evidence: EVIDENCE, tools: [calculator], ...given }));
  return reply.type === "text" ? reply.text : reply.calls;
};

describe("what the model does next", () => {
  it("asks for the calculator first, then tells the result", () => {
    const calls = say("17 + 32");
    expect(calls).toEqual([{ tool_name: "calculator", arguments: { expression: "17 + 32" } }]);
    const turns = [turn("calculator", { expression: "17 + 32" }, completed("49"))];
    expect(say("17 + 32", { turns })).toBe("17 + 32 = 49.");
  });

  it("asks for a tool once, also when a person changed the arguments or the call failed", () => {
    const edited = [turn("calculator", { expression: "17 + 33" }, completed("50"))];
    expect(say("17 + 32", { turns: edited })).toBe("17 + 33 = 50.");
    const failed = [
      turn(
        "calculator",
        { expression: "1 / 0" },
        { status: "failed", error: { code: "timeout", message: "no answer in 30 s" } },
      ),
    ];
    expect(say("1 / 0", { turns: failed })).toContain("took too long");
  });

  it("asks for tools of different kinds together", () => {
    const tools = [calculator, getFileContents];
    expect(say("List the files in octocat/hello-world and compute 17 + 32", { tools })).toMatchObject([
      { tool_name: "calculator" },
      { tool_name: "get_file_contents" },
    ]);
  });

  it("answers what else the message asks, besides the results", () => {
    const turns = [turn("calculator", { expression: "17 + 32" }, completed("49"))];
    expect(say("What is 17 + 32, and what is a lease?", { turns })).toBe(
      "17 + 32 = 49.\n\nA lease is the right to drive a run. [concepts#lease-1] One worker holds it at a time. [concepts#lease-1]",
    );
    expect(say("What is 17 + 32, and what is a volcano?", { turns })).toBe(
      "17 + 32 = 49.\n\nOn the rest of the question, I found nothing in the documents.",
    );
    expect(say("What is 17 + 32, please?", { turns })).toBe("17 + 32 = 49.");
  });

  it("goes on with the result of the turn before", () => {
    const earlier = [{ message: "17 + 32", answer: "17 + 32 = 49." }];
    expect(say("and times 3?", { earlier })).toEqual([
      { tool_name: "calculator", arguments: { expression: "49 * 3" } },
    ]);
  });

  it("calls a tool by its name for whoever wants to try it", () => {
    const tools = [calculator, tool("echo")];
    expect(say('call echo with {"message": "17 + 32"}', { tools })).toEqual([
      { tool_name: "echo", arguments: { message: "17 + 32" } },
    ]);
  });

  it("answers at once when it gets no tools any more", () => {
    expect(typeof say("17 + 32", { tools: [] })).toBe("string");
  });

  it("says so, and what it searched, when the evidence does not hold the answer", () => {
    const text = String(say("What is the capital of France?"));
    expect(abstains(text)).toBe(true);
    expect(text).toContain("2 passages");
    expect(text).toContain("“france”");
    expect(text).toContain("“Concepts › Lease”");
    expect(abstains(String(say("What is the capital of France?", { evidence: [] })))).toBe(true);
  });

  it("never opens with the abstention when it has something to tell", () => {
    expect(abstains(String(say("What is a lease?")))).toBe(false);
  });
});

describe("the stream", () => {
  it("is the same for the same request, always", async () => {
    for (const message of ["What is a lease?", "17 + 32", "What is a volcano?", "List the files in a/b"]) {
      const asked = request(message, { evidence: EVIDENCE, tools: [calculator, getFileContents] });
      expect(await stream(structuredClone(asked))).toEqual(await stream(asked));
    }
  });

  it("comes word by word, and the words together are the text", async () => {
    const asked = request("What is a lease?", { evidence: EVIDENCE });
    const deltas = await stream(asked);
    expect(deltas.length).toBeGreaterThan(10);
    expect(textOf(deltas)).toBe(say("What is a lease?"));
    for (const delta of deltas)
      if (delta.type === "text") expect(delta.text.trim().split(/\s+/)).toHaveLength(1);
  });

  it("keeps the line breaks of code", async () => {
    const code = chunk("guide#start-1", "To start it, run:\n\n```bash\n  npm start\n\tls\n```", [
      "Guide",
      "Start",
    ]);
    expect(textOf(await stream(request("How do I start it?", { evidence: [code] })))).toContain(
      "```bash\n  npm start\n\tls\n```",
    );
  });

  it("estimates its tokens by what was read and written", async () => {
    const [short, long] = await Promise.all([
      stream(request("What is a lease?", { evidence: EVIDENCE.slice(0, 1) })),
      stream(request("What is a lease?", { evidence: EVIDENCE, context: "x".repeat(4_000) })),
    ]);
    const [less, more] = [short.at(-1), long.at(-1)];
    if (less?.type !== "end" || more?.type !== "end") throw new Error("the stream does not end with its end");
    expect(more.input_tokens - less.input_tokens).toBeGreaterThan(1_000);
    expect(less.output_tokens).toBe(Math.ceil(textOf(short).length / 4));
    expect(less.cost_usd).toBe(0);
  });

  it("lets others have their turn while it streams", async () => {
    const long = chunk("a#b-1", "```\n".concat("word ".repeat(5_000)), ["A", "B"]);
    const turns = [turn("echo", {}, completed(long.text))];
    let turnsOfOthers = 0;
    const others = setInterval(() => {
      turnsOfOthers += 1;
    }, 0);
    await stream(request("call echo", { turns, tools: [tool("echo")] }));
    clearInterval(others);
    expect(turnsOfOthers).toBeGreaterThan(1);
  });

  it("answers any message", async () => {
    const messages = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc
        .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 200 })
        .map((codePoints) => String.fromCodePoint(...codePoints)),
      fc.constantFrom(
        "🙂".repeat(8_000),
        "a ".repeat(16_000),
        "(".repeat(32_000),
        "\n".repeat(100),
        "\ud800",
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        messages,
        fc.constantFrom("answer", "research", "summarize"),
        async (message, mode) => {
          const deltas = await stream(
            request(message, { mode, evidence: EVIDENCE, tools: [calculator, getFileContents] }),
          );
          expect(deltas.at(-1)?.type).toBe("end");
          expect(deltas.length).toBeGreaterThan(1);
        },
      ),
      { numRuns: 60 },
    );
  });
});
