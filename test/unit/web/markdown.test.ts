import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import ReactMarkdown from "react-markdown";
import { describe, expect, it } from "vitest";
import { remarkCitations } from "../../../adapters/web/src/chat/remark-citations.ts";

const render = (text: string) =>
  renderToStaticMarkup(createElement(ReactMarkdown, { remarkPlugins: [remarkCitations] }, text));

describe("citations in Markdown", () => {
  it("become elements of their own, one for each pair of brackets", () => {
    expect(render("A lease. [concepts#lease-1] And [a#b-1; c#d-2].")).toBe(
      '<p>A lease. <cite title="concepts#lease-1">[concepts#lease-1]</cite> And ' +
        '<cite title="a#b-1, c#d-2">[a#b-1; c#d-2]</cite>.</p>',
    );
  });

  it("are found in lists, quotes and emphasis", () => {
    const html = render("- one [a#b-1]\n\n> two [a#b-2]\n\n**three [a#b-3]**");
    expect(html.match(/<cite/g)).toHaveLength(3);
  });

  it("are left alone in code, and what looks like one is none", () => {
    const html = render("`[a#b-1]`\n\n```\n[a#b-2]\n```\n\n[1] [note] [a#b-3](https://example.org)");
    expect(html).not.toContain("<cite");
  });

  it("bring in no HTML and no script", () => {
    const html = render("<img src=x onerror=alert(1)> [x](javascript:alert(1)) [a#<script>-1]");
    expect(html).not.toMatch(/<img|<script|href="javascript/);
  });
});
