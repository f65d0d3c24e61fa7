import { type ComponentProps, memo, useState } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { extractCitations } from "../../../../domain/knowledge/citations.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { Citation } from "./citations.tsx";
import { MarkdownBlocks } from "./markdown-blocks.ts";
import { remarkCitations } from "./remark-citations.ts";
import "./markdown.css";

/** Markdown with citations, without raw HTML and without images from elsewhere. */
export function CitedMarkdown({ text }: { readonly text: string }) {
  const [blocks] = useState(() => new MarkdownBlocks());
  return (
    <div className="markdown">
      {blocks.of(text).map((block, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no identity but their place.
        <Block key={place} text={block} />
      ))}
    </div>
  );
}

const Block = memo(({ text }: { readonly text: string }) => (
  <ReactMarkdown remarkPlugins={PLUGINS} components={COMPONENTS}>
    {text}
  </ReactMarkdown>
));

const PLUGINS = [remarkGfm, remarkCitations];

const COMPONENTS: Components = {
  a: ({ href, children }) => <Elsewhere href={href}>{children}</Elsewhere>,
  // To load one would tell a stranger who reads this.
  img: ({ src, alt }) => (
    <Elsewhere href={typeof src === "string" ? src : undefined}>{alt || "image"}</Elsewhere>
  ),
  cite: ({ title }) => <Citation ids={extractCitations(`[${title}]`)} />,
  pre: ({ children, node }) => (
    <div className="markdown-code">
      <pre>{children}</pre>
      <CopyButton label="Copy the code" text={() => textOf(node)} />
    </div>
  ),
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard too.
    <section className="markdown-table" aria-label="Table" tabIndex={0}>
      <table>{children}</table>
    </section>
  ),
};

/** A link that leaves the page where it is. What leads nowhere, or only within the text, is no link. */
function Elsewhere({ href, children }: ComponentProps<"a">) {
  if (!href || href.startsWith("#")) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  );
}

interface TextTree {
  readonly value?: unknown;
  readonly children?: readonly TextTree[];
}

function textOf(tree: TextTree | undefined): string {
  if (typeof tree?.value === "string") return tree.value;
  return (tree?.children ?? []).map(textOf).join("");
}
