import type { ChunkId } from "../../../domain/ids.ts";
import {
  type Block,
  itemLines,
  splitBlocks,
  tableHead,
  tableRows,
} from "../../../domain/knowledge/blocks.ts";
import type { RetrievedChunk } from "../../../domain/knowledge/chunk.ts";
import { splitSentences } from "../../../domain/knowledge/sentences.ts";

/** A text to extract from: a retrieved chunk, or (without a chunk id) the context that the user gave. */
export interface Source {
  readonly chunk_id: ChunkId | null;
  /** From the document's title down; [] for a context. */
  readonly heading_path: readonly string[];
  /** How well the search found it to fit, from 0 to 1. */
  readonly relevance: number;
  readonly passages: readonly Passage[];
}

/** A sentence, list item, table row or code block: what an answer is made of. */
export interface Passage {
  readonly kind: "sentence" | "item" | "row" | "code";
  /** On one line and without markup, but for code. */
  readonly text: string;
  /** Passages of one paragraph, list or table have the same. */
  readonly block: number;
  /** The sentence in front of a list, table or code block that introduces it: "Run this:". */
  readonly lead_in: string | null;
}

const LIST_ITEM = /^\s*(?:[-*+•]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?/;
const TABLE_RULE = /^\s*\|?\s*:?-{2,}/;

export function sourcesOf(chunks: readonly RetrievedChunk[]): readonly Source[] {
  const best = Math.max(...chunks.map(({ score }) => score), Number.MIN_VALUE);
  return chunks.map(({ chunk_id, text, score, metadata }) => ({
    chunk_id,
    heading_path: stringsOf(metadata.heading_path),
    relevance: Math.max(0, score / best),
    passages: passagesOf(text),
  }));
}

export function contextSource(context: string): Source {
  return { chunk_id: null, heading_path: [], relevance: 1, passages: passagesOf(context) };
}

export function passagesOf(text: string): readonly Passage[] {
  const passages: Passage[] = [];
  for (const [index, block] of splitBlocks(text).entries()) {
    for (const passage of passagesOfBlock(block, index)) {
      passages.push({ ...passage, lead_in: passage.kind === "sentence" ? null : leadIn(passages) });
    }
  }
  return passages;
}

type Unplaced = Omit<Passage, "lead_in">;

function passagesOfBlock(block: Block, index: number): readonly Unplaced[] {
  switch (block.kind) {
    case "code":
      return [{ kind: "code", text: block.text, block: index }];
    case "table":
      return rowsOf(block).map((text) => ({ kind: "row", text, block: index }));
    case "prose":
      return itemLines(block).flatMap((line) => {
        const kind = LIST_ITEM.test(line) ? "item" : "sentence";
        // A nested list is not part of the sentence it stands under.
        return line
          .split(/\n(?=\s*(?:[-*+•]|\d{1,9}[.)])\s)/)
          .flatMap((part) => splitSentences(part.replace(LIST_ITEM, "")))
          .map((sentence) => ({ kind, text: plain(sentence), block: index }) as const)
          .filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
      });
    default:
      return block.kind satisfies never;
  }
}

/** "first cell: second cell"; further cells with the names of their columns. */
function rowsOf(block: Block): readonly string[] {
  const [head = "", rule = ""] = tableHead(block).split("\n");
  const isHeaded = TABLE_RULE.test(rule);
  const columns = isHeaded ? cellsOf(head) : [];
  const rows = isHeaded ? tableRows(block) : block.text.split("\n");
  return rows.map((row) => {
    const [name = "", value = "", ...others] = cellsOf(row);
    const more = others.map((cell, index) => {
      const column = columns[index + 2] ?? "";
      return cell === "" ? "" : `; ${column === "" ? "" : `${column}: `}${cell}`;
    });
    return `${name}${value === "" ? "" : `: ${value}`}${more.join("")}`;
  });
}

function cellsOf(row: string): readonly string[] {
  return row
    .trim()
    .replace(/^\||(?<!\\)\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => plain(cell.replaceAll("\\|", "|")));
}

/** Without the markup of its words; code keeps its backticks, since it may hold any sign. */
function plain(text: string): string {
  return text
    .split(/(`[^`\n]+`)/)
    .map((part, index) => (index % 2 === 1 ? part : withoutMarkup(part)))
    .join("")
    .replace(/\s+/g, " ")
    .trim();
}

function withoutMarkup(text: string): string {
  return (
    text
      .replace(/^\s*(?:>\s*)+|^\s*#{1,6}\s+/gm, "")
      .replace(/!?\[([^\]\n]*)\]\([^)\n]*\)/g, "$1")
      .replace(/(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1/g, "$2")
      .replace(/(?<![\w*])([*_])(?=\S)([^*_\n]+?)(?<=\S)\1(?![\w*])/g, "$2")
      .replace(/<\/?[a-z][^>\n]*>/gi, "")
      // What looks like a citation in a text is not one of this answer.
      .replace(/\[([^[\]\n]*#[^[\]\n]*-\d+)\]/g, "($1)")
  );
}

/** The last sentence, when it introduces what follows; what it introduces goes on with it. */
function leadIn(passages: readonly Passage[]): string | null {
  const last = passages.at(-1);
  if (last === undefined) return null;
  if (last.kind !== "sentence") return last.kind === "code" ? null : last.lead_in;
  return last.text.endsWith(":") ? last.text : null;
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
