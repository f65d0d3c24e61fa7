import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { documentSlugs, slug } from "../../../domain/knowledge/slug.ts";

describe("slug", () => {
  it.each([
    ["Getting started", "getting-started"],
    ["  What is `Baton`?  ", "what-is-baton"],
    ["RunStore.commit(…)", "runstore-commit"],
    ["Don't panic", "dont-panic"],
    ["Über Größen", "über-größen"],
    ["日本語の見出し", "日本語の見出し"],
    ["C++ & C#", "c-c"],
    ["...", "section"],
    ["", "section"],
  ])("of %j is %s", (name, expected) => {
    expect(slug(name, "section")).toBe(expected);
  });

  it("ends between words when the name is long", () => {
    expect(slug("word ".repeat(100), "section")).toMatch(/^word(-word)*$/);
  });

  it("fits into a citation, whatever the name", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0x10ffff })), (characters) => {
        const name = String.fromCodePoint(...characters);
        const made = slug(name, "section");
        expect(made).toMatch(/^[\p{L}\p{N}\p{M}-]{1,64}$/u);
      }),
    );
  });
});

describe("documentSlugs", () => {
  const of = (...locations: string[]) => Object.fromEntries(documentSlugs(locations));

  it("are the names of the files", () => {
    expect(of("guide.md", "setup/redis.markdown", "notes.v2.txt")).toEqual({
      "guide.md": "guide",
      "setup/redis.markdown": "redis",
      "notes.v2.txt": "notes-v2",
    });
  });

  it("are the paths of files that share a name", () => {
    expect(of("README.md", "api/README.md", "guide.md")).toEqual({
      "README.md": "readme",
      "api/README.md": "api-readme",
      "guide.md": "guide",
    });
  });

  it("are unique, and the same in whatever order the files come", () => {
    const name = fc.constantFrom("a", "b", "a-b", "A b", "a.b", "…", "");
    const location = fc
      .tuple(fc.array(name, { maxLength: 2 }), fc.constantFrom("a", "b", "a-b", "A b", "…"))
      .map(([folders, file]) => `${[...folders.filter(Boolean), file].join("/")}.md`);
    fc.assert(
      fc.property(fc.uniqueArray(location, { maxLength: 12 }), (locations) => {
        const slugs = documentSlugs(locations);
        expect(new Set(slugs.values()).size).toBe(locations.length);
        const reversed = documentSlugs(locations.toReversed());
        for (const [file, name] of slugs) expect(reversed.get(file)).toBe(name);
      }),
    );
  });
});
