import type { Passage, Source } from "../extraction/passages.ts";

/** A passage to be quoted, with the source that is cited for it. */
export interface Quotation {
  readonly source: Source;
  readonly passage: Passage;
}

/** Passages as readable Markdown, each with the id of the chunk it comes from. */
export function prose(passages: readonly Quotation[]): string {
  const parts: { readonly text: string; readonly kind: "prose" | "item" | "code" }[] = [];
  for (const [index, { passage, source }] of passages.entries()) {
    const citation = source.chunk_id === null ? "" : ` [${source.chunk_id}]`;
    const isListed =
      passage.lead_in !== null && passages.some((other) => other.passage.text === passage.lead_in);
    if (passage.kind === "code" && passage.lead_in === null) {
      parts.push({ kind: "prose", text: `${source.heading_path.at(-1) ?? "Code"}:${citation}` });
    }
    if (passage.kind === "code") {
      parts.push({ kind: "code", text: passage.text });
    } else if (isListed) {
      parts.push({ kind: "item", text: `- ${sentence(passage, true)}${citation}` });
    } else {
      const introduces = passages[index + 1]?.passage.lead_in === passage.text;
      parts.push({ kind: "prose", text: `${sentence(passage, introduces)}${citation}` });
    }
  }
  return parts.reduce((text, { kind, text: part }, index) => {
    const before = parts[index - 1]?.kind;
    if (before === undefined) return part;
    if (kind === "prose" && before === "prose") return `${text} ${part}`;
    return kind === "item" && before === "item" ? `${text}\n${part}` : `${text}\n\n${part}`;
  }, "");
}

/** With a capital letter in front, unless it begins with code, and a full stop at the end where it stands alone. */
function sentence({ text }: Passage, isOpen: boolean): string {
  const opened = /^\p{Ll}[\p{L}'’]*(?=[\s,:])/u.test(text)
    ? text.charAt(0).toUpperCase() + text.slice(1)
    : text;
  if (isOpen) return opened;
  const closed = opened.replace(/[\s:;,–—-]+$/, "");
  return /[.!?…。！？]["'”’)`]*$/.test(closed) ? closed : `${closed}.`;
}
