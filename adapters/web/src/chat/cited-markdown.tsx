import { memo } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import type { RetrievedChunk } from "../../../../domain/knowledge/chunk.ts";
import { remarkCitations } from "./remark-citations.ts";
import "./markdown.css";

interface CitedMarkdownProps {
  readonly text: string;
  readonly chunks: readonly RetrievedChunk[];
}

/** Markdown without raw HTML and without images from elsewhere. */
export const CitedMarkdown = memo(({ text }: CitedMarkdownProps) => (
  <div className="markdown">
    <ReactMarkdown remarkPlugins={PLUGINS} components={COMPONENTS}>
      {text}
    </ReactMarkdown>
  </div>
));

const PLUGINS = [remarkGfm, remarkCitations];

const COMPONENTS: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  ),
  // To load one would tell a stranger who reads this.
  img: ({ src, alt }) => (
    <a href={typeof src === "string" ? src : undefined} target="_blank" rel="noreferrer noopener">
      {alt || "image"}
    </a>
  ),
};
