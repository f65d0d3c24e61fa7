import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";
import { describe, expect, it } from "vitest";
import { MarkdownBlocks } from "../../../adapters/web/src/chat/markdown-blocks.ts";

const render = (text: string) =>
  renderToStaticMarkup(createElement(ReactMarkdown, { remarkPlugins: [remarkGfm] }, text));
/** Spaces between blocks are nothing that is seen. */
const seen = (html: string) => html.replaceAll(/>\n+/g, ">").trim();

const TEXTS = {
  paragraphs: "One\ntwo.\n\nThree **four**.\n\n\n\nFive.",
  "a heading that its line below makes": "A title\n\n\nAnother\n===\n\ntext",
  "a loose list": "Before\n\n1. one\n\n   more of one\n\n2. two\n\n   - deep\n\nBehind",
  "a list that begins indented": "Before\n\n  - one\n    - two\n\n      text of two\n  - three\n\nBehind",
  "a table": "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nBehind",
  code: "Before\n```ts\nconst one = 1;\n\nconst two = 2;\n```\nBehind\n\n    indented\n\n    code\n\nEnd",
  "code that never ends": "Before\n\n~~~\none\n\n# two",
  quotes: "> one\n>\n> - two\n\nBehind\n\n> three",
  references: "See [here][there] and a note[^1].\n\nMore\n\n[there]: https://example.org\n\n[^1]: the note",
} as const;

describe("blocks of a growing Markdown text", () => {
  it.each(Object.entries(TEXTS))("look the same as the whole: %s", (_, text) => {
    const blocks = new MarkdownBlocks();
    for (let length = 1; length <= text.length; length += 1) {
      const so_far = text.slice(0, length);
      const parts = blocks.of(so_far);
      if (so_far.trim() !== "") expect(parts.join("")).toBe(so_far);
      expect(seen(parts.map(render).join("\n"))).toBe(seen(render(so_far)));
    }
  });

  it("stay the same once they are complete", () => {
    const blocks = new MarkdownBlocks();
    expect(blocks.of("# One\n\nTwo\n\nThr")).toEqual(["# One\n\n", "Two\n\n", "Thr"]);
    expect(blocks.of("# One\n\nTwo\n\nThree\n\nFour")).toEqual(["# One\n\n", "Two\n\n", "Three\n\n", "Four"]);
  });

  it("begin anew with a text that was taken back", () => {
    const blocks = new MarkdownBlocks();
    blocks.of("# One\n\nTwo\n\nThree");
    expect(blocks.of("Other")).toEqual(["Other"]);
    expect(blocks.of("")).toEqual([]);
  });
});
