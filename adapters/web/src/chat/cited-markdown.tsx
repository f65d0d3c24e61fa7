import { type ComponentProps, memo } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { extractCitations } from "../../../../domain/knowledge/citations.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { Citation } from "./citations.tsx";
import { remarkCitations } from "./remark-citations.ts";
import "./markdown.css";

/** Markdown with citations, without raw HTML and without images from elsewhere. */
export const CitedMarkdown = memo(({ text }: { readonly text: string }) => (
  <div className="markdown">
    <ReactMarkdown remarkPlugins={PLUGINS} components={COMPONENTS}>
      {text}
    </ReactMarkdown>
  </div>
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

function Elsewhere({ href, children }: ComponentProps<"a">) {
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
