import { expect, it } from "vitest";
import { extractCitations } from "../../../domain/knowledge/citations.ts";

it.each([
  ["one", "So it is [runbook#health-check-1].", ["runbook#health-check-1"]],
  ["several, in order, as often as they stand", "[b#x-2] [a#y-1] and [b#x-2]", ["b#x-2", "a#y-1", "b#x-2"]],
  ["several in one pair of brackets", "so [a#y-1, b#x-2; c#z-12]", ["a#y-1", "b#x-2", "c#z-12"]],
  [
    "in other scripts",
    "gut [anleitung#größe-ändern-1] [指南#安装-3]",
    ["anleitung#größe-ändern-1", "指南#安装-3"],
  ],
  ["no links", "see [guide#intro-1](https://example.org) and [text](docs/a.md#b-1)", []],
  ["no footnotes, tasks or other brackets", "[1] [x] [ ] [see #3] [#1] [a#] array[0] [redacted]", []],
  ["none in an empty text", "", []],
])("finds citations: %s", (_, text, citations) => {
  expect(extractCitations(text)).toEqual(citations);
});
