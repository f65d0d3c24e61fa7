import MarkdownIt, { type Token } from "markdown-it";
import type { Section } from "../../domain/knowledge/chunk.ts";

const PARSER = new MarkdownIt("default", { html: true });

const FRONT_MATTER =
  /^(---|\+\+\+)[ \t]*\r?\n(?:[ \t]*\r?\n)*[ \t]*(?:[\w."'-]+[ \t]*[:=]|#)[\s\S]*?\r?\n\1[ \t]*(?:\r?\n|$)/;
const INVISIBLE_HTML = /<!--[\s\S]*?(?:-->|$)|<(script|style|template)\b[\s\S]*?(?:<\/\1\s*>|$)/gi;
const TAG = /<[^<>]*>/g;

/** A token that opens something, with all up to what closes it. */
interface Node {
  readonly token: Token;
  readonly children: Node[];
}

/**
 * Parses CommonMark with tables and strikethrough into the text that a reader sees, by headings. The title is
 * the first top-level heading, else `fallbackTitle`. Lists, tables and code blocks stay Markdown; emphasis,
 * comments, tags and front matter are left out.
 */
export function parseMarkdown(
  source: string,
  fallbackTitle: string,
): { readonly title: string; readonly sections: readonly Section[] } {
  const nodes = nest(PARSER.parse(source.replace(FRONT_MATTER, ""), {}));
  const top = nodes.find((node) => headingLevel(node) === 1);
  const title = (top && block(top)) || fallbackTitle;
  return { title, sections: sectionsOf(nodes, title, top) };
}

function nest(tokens: readonly Token[]): Node[] {
  const root: Node[] = [];
  const open = [root];
  for (const token of tokens) {
    const node = { token, children: [] };
    if (token.nesting >= 0) open.at(-1)?.push(node);
    if (token.nesting > 0) open.push(node.children);
    if (token.nesting < 0) open.pop();
  }
  return root;
}

/** 1 to 6; null when the node is no heading. */
function headingLevel({ token }: Node): number | null {
  return token.type === "heading_open" ? Number(token.tag.slice(1)) : null;
}

function sectionsOf(nodes: readonly Node[], title: string, titleHeading: Node | undefined): Section[] {
  const sections: { path: readonly string[]; blocks: string[] }[] = [{ path: [title], blocks: [] }];
  let open: { readonly level: number; readonly name: string }[] = [];
  for (const node of nodes) {
    const level = headingLevel(node);
    if (level === null) {
      sections.at(-1)?.blocks.push(block(node));
      continue;
    }
    const name = block(node);
    open = open.filter((heading) => heading.level < level);
    if (node !== titleHeading && name !== "") open.push({ level, name });
    sections.push({ path: [title, ...open.map((heading) => heading.name)], blocks: [] });
  }
  return sections
    .map(({ path, blocks }) => ({ path, text: joinBlocks(blocks) }))
    .filter(({ text }, index) => index > 0 || text !== "");
}

/** A block as text: one line a paragraph, without the markup of its words. */
function block(node: Node): string {
  const { token, children } = node;
  switch (token.type) {
    case "inline":
      return inline(token.children ?? []);
    case "fence":
    case "code_block":
      return code(token);
    case "table_open":
      return table(node);
    case "bullet_list_open":
    case "ordered_list_open":
      return children.map(listItem).join("\n");
    case "html_block":
      return token.content.replace(INVISIBLE_HTML, "").replace(TAG, "").trim();
    default:
      return joinBlocks(children.map(block));
  }
}

function code({ content, info }: Token): string {
  // A fence that nothing in the code can close.
  const runs = content.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(2, ...runs.map((run) => run.length)) + 1);
  return `${fence}${info.trim().split(/\s/)[0]}\n${content.trimEnd()}\n${fence}`;
}

function listItem({ token, children }: Node): string {
  const marker = token.info === "" ? "- " : `${token.info}. `;
  const tight = children[0]?.token.hidden === true;
  const text = joinBlocks(children.map(block), tight ? "\n" : "\n\n");
  return marker + text.replace(/\n(?!\n)/g, "\n  ");
}

function table({ children }: Node): string {
  const rows = children.flatMap((part) => part.children).map((row) => row.children.map(cell));
  const [head = [], ...body] = rows;
  return [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function cell(node: Node): string {
  return block(node).replaceAll("|", "\\|");
}

function inline(tokens: readonly Token[]): string {
  return inlineText(tokens).replace(/\s+/g, " ").trim();
}

function inlineText(tokens: readonly Token[]): string {
  let text = "";
  const links: { readonly url: string; readonly start: number }[] = [];
  for (const token of tokens) {
    switch (token.type) {
      case "text":
        text += token.content;
        break;
      case "code_inline":
        text += `\`${token.content}\``;
        break;
      case "softbreak":
      case "hardbreak":
        text += " ";
        break;
      case "image":
        text += inlineText(token.children ?? []);
        break;
      case "html_inline":
        if (/^<br\b/i.test(token.content)) text += " ";
        break;
      case "link_open":
        links.push({ url: String(token.attrGet("href") ?? ""), start: text.length });
        break;
      case "link_close": {
        const link = links.pop();
        if (link) text += urlBehind(text.slice(link.start), link.url);
        break;
      }
      default: // Emphasis and its like: their words are tokens of their own.
    }
  }
  return text;
}

/** The address of a link to elsewhere, unless its label shows it. */
function urlBehind(label: string, url: string): string {
  return /^https?:/i.test(url) && !url.includes(label) ? ` (${url})` : "";
}

function joinBlocks(blocks: readonly string[], separator = "\n\n"): string {
  return blocks.filter((text) => text !== "").join(separator);
}
