import { type Block, listItems, splitBlocks, tableRows } from "./blocks.ts";
import { splitSentences } from "./sentences.ts";

/**
 * The sentences of a chunk's text, in order, on one line each: paragraphs cut at their sentence ends, list
 * items without their markers, table rows on their own. Code blocks hold no sentences.
 */
export function sentences(text: string): string[] {
  return splitBlocks(text)
    .flatMap(statements)
    .map((sentence) => sentence.replace(/\s+/g, " ").trim())
    .filter((sentence) => sentence !== "");
}

function statements(block: Block): string[] {
  switch (block.kind) {
    case "code":
      return [];
    case "table":
      return tableRows(block);
    case "prose":
      return listItems(block).flatMap(splitSentences);
    default:
      return block.kind satisfies never;
  }
}
