import { type Block, codeParts, itemLines, tableHead, tableRows } from "./blocks.ts";
import { splitSentences } from "./sentences.ts";

/**
 * Cuts a block into pieces of at most `limit` characters: code and tables between lines, each piece with its
 * fences or its head again; lists between items; the rest between sentences, else words, else anywhere.
 */
export function splitBlock(block: Block, limit: number): string[] {
  switch (block.kind) {
    case "code": {
      const { open, body, close } = codeParts(block);
      return packFramed(body, { head: `${open}\n`, foot: `\n${close}` }, limit);
    }
    case "table":
      return packFramed(tableRows(block), { head: `${tableHead(block)}\n`, foot: "" }, limit);
    case "prose": {
      const items = itemLines(block);
      return items.length > 1 ? pack(items, "\n", limit) : pack(splitSentences(block.text), "", limit);
    }
    default:
      return block.kind satisfies never;
  }
}

/** Joins parts with `separator` for as long as they fit into `limit`; one that does not fit alone is cut. */
export function pack(parts: readonly string[], separator: string, limit: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const part of parts.flatMap((whole) => cut(whole, limit))) {
    const longer = piece === "" ? part : piece + separator + part;
    if (longer.trimEnd().length <= limit) {
      piece = longer;
    } else {
      pieces.push(piece);
      piece = part;
    }
  }
  return [...pieces, piece].map((text) => text.trimEnd()).filter((text) => text !== "");
}

interface Frame {
  readonly head: string;
  readonly foot: string;
}

function packFramed(lines: readonly string[], { head, foot }: Frame, limit: number): string[] {
  const room = limit - head.length - foot.length;
  // What would leave most of the room to its frame is cut without one.
  if (room < limit / 2) return pack([head.trimEnd(), ...lines], "\n", limit);
  return pack(lines, "\n", room).map((body) => head + body + foot);
}

/** Between words where there is a space in the latter half, else anywhere but inside a character. */
function cut(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.trimEnd().length > limit) {
    const space = rest.lastIndexOf(" ", limit);
    let end = space >= limit / 2 ? space + 1 : limit;
    if (/[\ud800-\udbff]/.test(rest.charAt(end - 1))) end -= 1;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...pieces, rest];
}
