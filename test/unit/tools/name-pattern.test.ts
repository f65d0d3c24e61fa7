import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bySpecificity, matchesPattern } from "../../../domain/tools/name-pattern.ts";

describe("a name pattern", () => {
  it.each([
    ["calculator", "calculator"],
    ["*", "calculator"],
    ["*", ""],
    ["github.*", "github.get_file_contents"],
    ["*_file", "read_file"],
    ["get_*_contents", "get_file_contents"],
    ["a*b*c", "abc"],
    ["a*b*c", "a-b-b-c-c"],
    ["**", "x"],
    ["a*a", "aa"],
    ["files.[x]", "files.[x]"],
  ])("%s matches %s", (pattern, name) => {
    expect(matchesPattern(pattern, name)).toBe(true);
  });

  it.each([
    ["calculator", "calculator2"],
    ["calculator", "Calculator"],
    ["", "x"],
    ["github.*", "githubXget"],
    ["github.*", "github"],
    ["a*a", "a"],
    ["a*b*c", "acb"],
    ["ab*ba", "aba"],
    [".*", "anything"],
    ["get_?", "get_x"],
  ])("%s does not match %s", (pattern, name) => {
    expect(matchesPattern(pattern, name)).toBe(false);
  });

  it("matches as the regular expression it stands for", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 });
    const name = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 });
    fc.assert(
      fc.property(text, name, (pattern, candidate) => {
        const expected = new RegExp(`^${pattern.replaceAll(/\*+/g, ".*")}$`).test(candidate);
        expect(matchesPattern(pattern, candidate)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("with many stars is no slower than a short one", () => {
    // As a backtracking regular expression this takes longer than the universe is old.
    expect(matchesPattern("a*".repeat(50), `${"a".repeat(60)}`)).toBe(true);
    expect(matchesPattern(`${"a*".repeat(50)}b`, "a".repeat(5000))).toBe(false);
  });

  it("that is more specific sorts first: whole names, then by how much is literal", () => {
    const patterns = ["*", "github.*", "github.get_file", "github.get_*", "*file"];
    expect(patterns.toSorted(bySpecificity)).toEqual([
      "github.get_file",
      "github.get_*",
      "github.*",
      "*file",
      "*",
    ]);
  });
});
