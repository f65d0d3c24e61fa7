import { describe, expect, it } from "vitest";
import { parseMarkdown } from "../../../adapters/knowledge/markdown.ts";

describe("the title of a document", () => {
  it.each([
    ["is its first top-level heading", "## Before\n\n# The *real* `title`\n\n# Another", "The real `title`"],
    ["may be underlined", "Underlined\n==========\n\ntext", "Underlined"],
    ["is the file's when there is no such heading", "## Second level\n\ntext", "File"],
    ["is the file's when the heading is empty", "#\n\ntext", "File"],
    ["is not a line of code", "```\n# comment\n```", "File"],
  ])("%s", (_, source, title) => {
    expect(parseMarkdown(source, "File").title).toBe(title);
  });
});

describe("sections", () => {
  it("know the headings above them", () => {
    expect(outline("intro\n\n# T\n\na\n\n## A\n\nb\n\n### B\n\nc\n\n## C\n\nd\n\n# D\n\ne")).toEqual([
      [["T"], "intro"],
      [["T"], "a"],
      [["T", "A"], "b"],
      [["T", "A", "B"], "c"],
      [["T", "C"], "d"],
      [["T", "D"], "e"],
    ]);
  });

  it("may skip levels, and come back", () => {
    expect(outline("# T\n\n#### Deep\n\na\n\n## Up\n\nb").slice(1)).toEqual([
      [["T", "Deep"], "a"],
      [["T", "Up"], "b"],
    ]);
  });

  it("are there without any heading", () => {
    expect(outline("just text")).toEqual([[["File"], "just text"]]);
    expect(outline("")).toEqual([]);
  });

  it("do not begin at headings inside quotations and lists", () => {
    expect(outline("> # Quoted\n>\n> text\n\n- # Item")).toEqual([[["File"], "Quoted\n\ntext\n\n- Item"]]);
  });
});

describe("the text of a section", () => {
  it.each([
    ["has its paragraphs on one line", "one\ntwo  \nthree\\\nfour", "one two three four"],
    ["has no emphasis", "*a* **b** ~~c~~ __d__ \\*e\\*", "a b c d *e*"],
    ["keeps code marked as such", "use `npm  start`", "use `npm start`"],
    ["says where links to elsewhere go", "[site](https://example.org/a)", "site (https://example.org/a)"],
    ["repeats no address", "<https://example.org>", "https://example.org"],
    ["has the labels of links within", "see [the *guide*](./guide.md#a)", "see the guide"],
    ["has the labels of links by reference", "see [it][1]\n\n[1]: ./it.md", "see it"],
    ["has what images show", "![a picture](x.png)", "a picture"],
    ["knows entities", "a &amp; b &copy;", "a & b ©"],
    ["has no rules", "a\n\n---\n\nb", "a\n\nb"],
    ["has no comments", "a <!-- hidden --> b\n\n<!-- also\n\nhidden -->\n\nc", "a b\n\nc"],
    ["has no tags", '<div align="center">\n<b>bold</b><br>move\n</div>\n\nx<br/>y', "boldmove\n\nx y"],
    ["has no scripts and styles", "<script>\nalert(1)\n</script>\n\n<style>\na {}\n</style>\n\ntext", "text"],
  ])("%s", (_, source, text) => {
    expect(outline(source)).toEqual([[["File"], text]]);
  });

  it.each([
    ["bullets", "* a\n* b\n  * c\n    continued\n* d", "- a\n- b\n  - c continued\n- d"],
    ["numbers", "3. c\n4. d", "3. c\n4. d"],
    ["loose items", "- a\n\n  b\n\n- c", "- a\n\n  b\n- c"],
    ["code in an item", "1. run\n\n   ```sh\n   npm start\n   ```", "1. run\n\n  ```sh\n  npm start\n  ```"],
    ["fenced code", "~~~ts title=x\nconst a = 1;\n\nb\n~~~", "```ts\nconst a = 1;\n\nb\n```"],
    ["indented code", "    a\n\n    b", "```\na\n\nb\n```"],
    ["code that holds a fence", "````md\n```\nx\n```\n````", "````md\n```\nx\n```\n````"],
    ["a table", "a | b\n-|:-:\n*1* | x\\|y\n2 |", "| a | b |\n| --- | --- |\n| 1 | x\\|y |\n| 2 |  |"],
  ])("keeps the form of %s", (_, source, text) => {
    expect(outline(source)).toEqual([[["File"], text]]);
  });
});

describe("front matter", () => {
  it.each([
    "---\ntitle: X\ntags: [a]\n---\n\ntext",
    '+++\ntitle = "X"\n+++\ntext',
    "---\r\na: b\r\n---\r\ntext",
  ])("is no text: %j", (source) => {
    expect(outline(source)).toEqual([[["File"], "text"]]);
  });

  it("is not a text between two rules", () => {
    expect(outline("---\n\nSome words.\n\n---\n\nmore")).toEqual([[["File"], "Some words.\n\nmore"]]);
  });
});

describe("weird Markdown", () => {
  it.each([
    ["unclosed fence", "```\ncode", "```\ncode\n```"],
    ["unclosed comment", "a\n\n<!-- never closed", "a"],
    ["a list that goes deep", `${"- ".repeat(5)}x`, "- - - - - x"],
    ["broken links", "[a](<b", "[a](<b"],
    ["NUL characters", "a\u0000b", "a\ufffdb"],
  ])("%s", (_, source, text) => {
    expect(
      parseMarkdown(source, "File")
        .sections.map((section) => section.text)
        .join(""),
    ).toBe(text);
  });

  it("costs no more than its size", () => {
    const hostile = ["[", "*a _b ", "> ", "- ", "`a``", "<a ", "|a", "&", "![](", "#", "\t", "1. "];
    for (const part of hostile) expect(parseMarkdown(part.repeat(20_000), "File").title).toBeTypeOf("string");
  }, 20_000);
});

function outline(source: string): [readonly string[], string][] {
  return parseMarkdown(source, "File").sections.map(({ path, text }) => [path, text]);
}
