import { extractCitations } from "../../../../domain/knowledge/citations.ts";

/** As much of a Markdown tree's node as there is to know here. */
interface MarkdownNode {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly MarkdownNode[];
  readonly data?: { readonly hName: string; readonly hProperties: Readonly<Record<string, string>> };
}

const BRACKETS = /(\[[^[\]\n]+\])/;

/** Makes an element `cite` of every citation in the text (what is one, the domain says), but not within code. */
export function remarkCitations() {
  return (tree: MarkdownNode): void => {
    Object.assign(tree, cite(tree));
  };
}

function cite(node: MarkdownNode): MarkdownNode {
  if (node.children === undefined) return node;
  return {
    ...node,
    children: node.children.flatMap((child) => (child.type === "text" ? split(child) : [cite(child)])),
  };
}

function split(node: MarkdownNode): readonly MarkdownNode[] {
  const parts = (node.value ?? "").split(BRACKETS);
  if (parts.length === 1) return [node];
  return parts.filter((part) => part !== "").map(toNode);
}

function toNode(part: string): MarkdownNode {
  const ids = part.startsWith("[") ? extractCitations(part) : [];
  if (ids.length === 0) return { type: "text", value: part };
  const data = { hName: "cite", hProperties: { title: ids.join(", ") } };
  return { type: "citation", data, children: [{ type: "text", value: part }] };
}
