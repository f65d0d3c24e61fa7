import { describe, expect, it } from "vitest";
import { findText, flawOf } from "../../../domain/evaluation/text-pattern.ts";

describe("a text pattern", () => {
  it("is found whatever the case of its letters and the breaks of its lines", () => {
    expect(findText("Started  By\nhand", "It is started by hand.")).not.toBeNull();
    expect(findText("started by foot", "It is started by hand.")).toBeNull();
  });

  it("between slashes is a regular expression, which is exact unless its flags say otherwise", () => {
    expect(findText("/\\bAt most \\d+/", "At most 10, at most 20")).toEqual({ found: "At most 10" });
    expect(findText("/at most/", "At most 10")).toBeNull();
    expect(findText("/at most/i", "At most 10")).toEqual({ found: "At most" });
  });

  it.each(["/runs/{id}/cancel", "/tools", "a/b/c", "//", "/"])(
    "is text when it only holds slashes: %s",
    (path) => {
      expect(findText(path, `post to ${path} then`)).toEqual({ found: path });
    },
  );

  it("has a flaw when its regular expression is none", () => {
    expect(flawOf("/(/")).toMatch(/unterminated group/i);
    expect(flawOf("(")).toBeNull();
  });
});
