import { describe, expect, it } from "vitest";
import { answerFrom } from "../../../adapters/deterministic/compose/answer.ts";
import { passagesOf } from "../../../adapters/deterministic/extraction/passages.ts";
import type { ChatRequest } from "../../../domain/model/chat.ts";
import { chunk, chunksOf, request } from "./requests.ts";

const HANDBOOK = chunksOf(
  "handbook",
  `# Handbook of the ferry

The ferry carries people and bicycles across the strait. It sails all year.

## Skipper

A **skipper** is the person who is responsible for a crossing. One skipper is on board at a time. The skipper
decides whether the ferry sails, and nobody overrules that.

## What happens when the engine stops

When the engine stops in open water, the crew drops the anchor and calls the harbour. Passengers put on life
jackets. The crossing is repeated with the reserve boat, because a stopped engine is never restarted under way.

## Starting the ferry

To start the ferry, check the fuel and run:

\`\`\`bash
ferryctl start --boat main
\`\`\`

Then wait for the green light.

## Fares

| ticket | price | valid |
| --- | --- | --- |
| adult | 4.50 euros | one crossing |
| child | 2 euros | one crossing |
| bicycle | 1 euro | one day |

A season ticket is valid for 90 days. See also [Skipper](#skipper).

## Luggage

Bags may not be taken below deck. A bag may have 20 kilograms and a trunk 12 inches. Luggage is kept for 3 days
in the harbour.

## Signals

- 3: the ferry backs out. It does so slowly.
- 5: the course is not clear.
- The signal 9 is not used by any of our ferries, whatever their flag or their age may be.

## Settings

| switch | value | meaning |
| --- | --- | --- |
| horn | loud | Volume of the horn |
| wiper | slow | Speed of the wipers |

## Crew and passengers

A mate is the one who stands in for the skipper. A purser is the one who sells the tickets.

## Before departure

Do these things in this order:

1. Count the passengers.
2. Close the ramp.
3. Sound the horn twice.
`,
);

const answer = (message: string, given: Partial<ChatRequest> = {}) => {
  const asked = request(message, { evidence: HANDBOOK, ...given });
  return answerFrom(asked, message);
};

describe("an answer from the evidence", () => {
  it("opens with the definition that is asked for, and goes on with what belongs to it", () => {
    expect(answer("What is a skipper?")).toBe(
      "A skipper is the person who is responsible for a crossing. [handbook#skipper-1] " +
        "One skipper is on board at a time. [handbook#skipper-1] " +
        "The skipper decides whether the ferry sails, and nobody overrules that. [handbook#skipper-1]",
    );
  });

  it.each([
    ["what's a skipper"],
    ["Define skipper"],
    ["What are skippers?"],
    ["Who is the skipper?"],
    ["Tell me about the skipper"],
    ["skipper"],
  ])("whatever the words of the question: %s", (message) => {
    expect(answer(message)).toMatch(/^A skipper is the person/);
  });

  it("finds the section whose heading is the question, and words in another form", () => {
    for (const message of [
      "What happens when the engine stops?",
      "What happens if the engines stopped?",
      "engine stop",
    ]) {
      expect(answer(message)).toMatch(/^When the engine stops in open water, the crew drops the anchor/);
    }
  });

  it("gives the reason when asked why", () => {
    expect(answer("Why is a stopped engine not restarted?")).toContain(
      "because a stopped engine is never restarted",
    );
  });

  it("quotes the code that the best sentence introduces", () => {
    expect(answer("How do I start the ferry?")).toContain(
      "To start the ferry, check the fuel and run: [handbook#starting-the-ferry-1]\n\n```bash\nferryctl start --boat main\n```",
    );
  });

  it("keeps a list together with its introduction, each item cited", () => {
    expect(answer("What has to be done before departure?")).toBe(
      "Do these things in this order: [handbook#before-departure-1]\n\n" +
        "- Count the passengers. [handbook#before-departure-1]\n" +
        "- Close the ramp. [handbook#before-departure-1]\n" +
        "- Sound the horn twice. [handbook#before-departure-1]",
    );
  });

  it("reads a table row as a sentence, and leaves the rows out that are about something else", () => {
    expect(answer("What is the fare of a bicycle?")).toBe(
      "Bicycle: 1 euro; valid: one day. [handbook#fares-1]",
    );
  });

  it("looks for a number when asked how many", () => {
    expect(answer("How many days is a season ticket valid?")).toBe(
      "A season ticket is valid for 90 days. [handbook#fares-1]",
    );
    expect(answer("How many skippers are on board?")).toMatch(/^One skipper is on board at a time/);
  });

  it("looks for an amount of what is asked for: how long is a time, how large a size", () => {
    expect(answer("How long is luggage kept?")).toMatch(/^Luggage is kept for 3 days in the harbour/);
    expect(answer("How long is a season ticket valid?")).toMatch(/^A season ticket is valid for 90 days/);
  });

  it("finds other forms of irregular words", () => {
    expect(answer("Where can I take bags?")).toContain("Bags may not be taken below deck.");
  });

  it("finds what other words say for the same", () => {
    expect(answer("What launches the ferry?")).toContain("ferryctl start");
  });

  it("explains a label of a list", () => {
    expect(answer("What does signal 5 mean?")).toMatch(/^5: the course is not clear/);
  });

  it("knows a table's columns by their names", () => {
    expect(answer("Which switch sets the volume of the horn?")).toBe(
      "Horn: loud; meaning: Volume of the horn. [handbook#settings-1]",
    );
  });

  it.each([
    ["What is the difference between a mate and a purser?"],
    ["How does a mate differ from a purser?"],
    ["mate vs purser"],
  ])("says of both what they are when they are compared: %s", (message) => {
    expect(answer(message)).toBe(
      "A mate is the one who stands in for the skipper. [handbook#crew-and-passengers-1] " +
        "A purser is the one who sells the tickets. [handbook#crew-and-passengers-1]",
    );
  });

  it("says nothing twice", () => {
    const copy = HANDBOOK.map((one) => ({
      ...one,
      chunk_id: `copy-${one.chunk_id}` as never,
      score: one.score / 2,
    }));
    const text = answer("What is a skipper?", { evidence: [...HANDBOOK, ...copy] }) ?? "";
    expect(text.match(/A skipper is/g)).toHaveLength(1);
  });

  it("cites only chunks that it was given, each sentence one", () => {
    const text = answer("What happens when the engine stops?", { mode: "research" }) ?? "";
    const cited = text.match(/\[[^\]]+\]/g) ?? [];
    expect(cited.length).toBeGreaterThan(1);
    for (const id of cited) expect(HANDBOOK.map(({ chunk_id }) => `[${chunk_id}]`)).toContain(id);
  });

  it("takes what looks like a citation in a document for text", () => {
    const evidence = [
      chunk("guide#cite-1", "An answer cites a chunk as in [guide#cite-7] or `[a#b-1]`.", [
        "Guide",
        "Citing",
      ]),
    ];
    expect(answer("How does an answer cite a chunk?", { evidence })).toBe(
      "An answer cites a chunk as in (guide#cite-7) or `(a#b-1)`. [guide#cite-1]",
    );
  });
});

describe("no answer is given", () => {
  it.each([
    ["What is the capital of France?"],
    ["What is a skipper in Tokyo?"],
    ["What happens when the volcano erupts?"],
    ["How do I cook rice?"],
    ["Who invented the telephone?"],
    ["What is a banana ticket?"],
    ["Is there a Skipper Wiper?"],
    ["How many decks does the ferry have?"],
    ["Does the ferry take MasterCard?"],
    ["Was ist die Hauptstadt von Frankreich?"],
    ["フランスの首都はどこですか"],
    ["¿?"],
  ])("when the evidence does not hold it: %s", (message) => {
    expect(answer(message)).toBeNull();
  });

  it("without evidence", () => {
    expect(answer("What is a skipper?", { evidence: [] })).toBeNull();
  });
});

describe("modes", () => {
  it("research groups what it finds under the headings", () => {
    const text = answer("What do I need to know about the engine and the skipper?", { mode: "research" });
    expect(text).toMatch(/^\*\*Handbook of the ferry › /);
    expect(text).toContain("**Handbook of the ferry › Skipper**\n\n");
    expect(text).toContain("**Handbook of the ferry › What happens when the engine stops**\n\n");
  });

  it("summarize takes the central sentences of what fits", () => {
    const text = answer("Summarize the fares", { mode: "summarize" }) ?? "";
    expect(text).toContain("[handbook#fares-1]");
    expect(text).not.toContain("anchor");
  });

  it("summarize takes the given context, cites nothing, and leaves the documents alone", () => {
    const context =
      "The mill was built in 1820. The mill ground corn for three villages. A flood destroyed the wheel of the mill. It rained.";
    const text = answer("Summarize this", { mode: "summarize", context }) ?? "";
    expect(text).toMatch(/^From the context you gave: The mill/);
    expect(text).not.toContain("[");
  });

  it("summarize takes a long message for the text itself", () => {
    const text = `Summarize: ${"The mill was built in 1820. The mill ground corn for three villages. ".repeat(12)}`;
    expect(answer(text, { mode: "summarize", evidence: [] })).toContain(
      "The mill ground corn for three villages.",
    );
  });
});

describe("the context of a message", () => {
  const context = "The ferry of 1950 was a steamer. Its chimney was red.";

  it("answers what the documents do not", () => {
    expect(answer("What colour was the chimney?", { context })).toBeNull();
    expect(answer("Was the chimney red?", { context })).toBe(
      "From the context you gave: The ferry of 1950 was a steamer. Its chimney was red.",
    );
  });

  it("comes second to the documents", () => {
    expect(answer("What is a skipper?", { context })).toMatch(/\[handbook#skipper-1\]/);
  });

  it("is told in short when nothing is asked about it", () => {
    expect(answer("What does this say?", { context })).toMatch(
      /^From the context you gave: The ferry of 1950/,
    );
  });
});

describe("a question that goes on from the one before", () => {
  it("takes over what that was about", () => {
    const earlier = [{ message: "What is a skipper?", answer: "A skipper is the person …" }];
    expect(answer("and what does he decide?", { earlier })).toContain(
      "The skipper decides whether the ferry sails",
    );
    expect(
      answer("and how do I start it?", { earlier: [{ message: "What is the ferry?", answer: "…" }] }),
    ).toContain("ferryctl start");
  });

  it("also when that went on from another", () => {
    const earlier = [
      { message: "What is a skipper?", answer: "A skipper is the person …" },
      { message: "and where does he live?", answer: "…" },
    ];
    expect(answer("and what does he decide?", { earlier })).toContain("The skipper decides whether");
  });
});

describe("passages", () => {
  it("are sentences, items, rows and code, without markup", () => {
    const passages = passagesOf(
      "> **Note:** see [the guide](guide.md) for `a|b`.\n\nRun this:\n\n```sh\nls\n```\n\n- one\n- two\n\n| a | b |\n| --- | --- |\n| x | `y` |\n",
    );
    expect(passages.map(({ kind, text, lead_in }) => [kind, text, lead_in])).toEqual([
      ["sentence", "Note: see the guide for `a|b`.", null],
      ["sentence", "Run this:", null],
      ["code", "```sh\nls\n```", "Run this:"],
      ["item", "one", null],
      ["item", "two", null],
      ["row", "x: `y`", null],
    ]);
  });

  it("name nested items for the item they stand under", () => {
    expect(
      passagesOf("- Worker\n  - drives runs\n  - executes tools\n- Store\n").map(({ text }) => text),
    ).toEqual(["Worker: drives runs", "Worker: executes tools", "Store"]);
  });

  it("leave out the source of diagrams and mere references", () => {
    expect(passagesOf("```mermaid\na --> b\n```\n\nA fact. More in Tools.").map(({ text }) => text)).toEqual([
      "A fact.",
    ]);
  });

  it("come of any text, quickly", () => {
    for (const text of [
      "|".repeat(4_000),
      "- ".repeat(4_000),
      "```\n".repeat(1_001),
      "\u0000\ud800",
      "**".repeat(4_000),
      "[".repeat(8_000),
      "# ".repeat(3_000),
    ]) {
      const started = performance.now();
      expect(Array.isArray(passagesOf(text))).toBe(true);
      expect(performance.now() - started, text.slice(0, 10)).toBeLessThan(2_000);
    }
  });
});
