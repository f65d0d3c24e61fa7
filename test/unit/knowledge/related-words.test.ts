import { describe, expect, it } from "vitest";
import { baseForm } from "../../../domain/knowledge/base-forms.ts";
import { relatedStems } from "../../../domain/knowledge/related-words.ts";

describe("base forms", () => {
  it.each([
    ["taken", "take"],
    ["took", "take"],
    ["statuses", "status"],
    ["dead", "die"],
    ["indices", "index"],
  ])("%s is a form of %s", (form, base) => {
    expect(baseForm(form)).toBe(base);
  });

  it("leave other words as they are, names of object members too", () => {
    for (const word of ["lease", "take", "constructor", ""]) expect(baseForm(word)).toBe(word);
  });
});

describe("related words", () => {
  const related = relatedStems((word) => word.slice(0, 6));

  it("are related both ways, by their stems, and not to themselves", () => {
    expect(related.get("forbid")).toContain("deny");
    expect(related.get("deny")).toContain("forbid");
    expect(related.get("config")).toContain("settin");
    for (const [stem, others] of related) expect(others).not.toContain(stem);
  });

  it("may be in several groups, which stay apart", () => {
    expect([...(related.get("stop") ?? [])]).toEqual(expect.arrayContaining(["quit", "abort"]));
    expect(related.get("quit")).not.toContain("abort");
  });
});
