import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitSentences } from "../../../domain/knowledge/sentences.ts";

describe("sentences", () => {
  it.each<[name: string, text: string, expected: string[]]>([
    ["end with their marks", "It waits. Does it? It does!", ["It waits.", "Does it?", "It does!"]],
    ["go on behind a line break", "A lease names\nits owner.", ["A lease names\nits owner."]],
    ["do not end inside numbers", "Redis 7.2 keeps 1.5 MiB. Next.", ["Redis 7.2 keeps 1.5 MiB.", "Next."]],
    [
      "do not end behind e.g. and i.e.",
      "Some (e.g. Redis) last, i.e. They stay.",
      ["Some (e.g. Redis) last, i.e. They stay."],
    ],
    ["do not end behind a title", "Ask Dr. Who. She knows.", ["Ask Dr. Who.", "She knows."]],
    ["end in other scripts", "これは文です。次の文です。", ["これは文です。", "次の文です。"]],
    ["are none in an empty text", "", []],
  ])("%s", (_, text, expected) => {
    expect(splitSentences(text).map((sentence) => sentence.trim())).toEqual(expected);
  });

  it("lose nothing of a paragraph, whatever it holds", () => {
    const part = fc.constantFrom("Dr. ", "e.g. ", "It is. ", "A.B. ", "\n", "x", "! ", "…", "A. ", "\u2028");
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string({ maxLength: 5 })), { maxLength: 30 }), (parts) => {
        expect(splitSentences(parts.join("")).join("")).toBe(parts.join(""));
      }),
    );
  });
});
