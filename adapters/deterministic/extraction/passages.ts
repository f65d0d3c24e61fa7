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
import { plainText, withoutCitations } from "./plain-text.ts";

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
  /** The names of a table row's columns; "" for all else. */
  readonly columns: string;
}

type Unplaced = Omit<Passage, "lead_in" | "columns"> & Partial<Pick<Passage, "columns">>;

const LIST_MARKER = /^\s*(?:[-*+•]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?/;
const LONGEST_LABEL = 80;
const TABLE_RULE = /^\s*\|?\s*:?-{2,}/;
/** A diagram's source tells a reader nothing. */
const DIAGRAM = /^\s*(?:`{3,}|~{3,})\s*(?:mermaid|dot|plantuml)\b/i;
/** "More in Tools." says where to read on, and no more. */
const SEE_ALSO = /^(?:more (?:in|on|about)|see(?: also)?|read) .{1,60}$/i;
/** Sentences may begin with code, which the segmenter takes for a lower-case word. */
const BEFORE_CODE = /(?<=[\p{L}\p{N})\]"”`][.!?])\s+(?=`)/u;

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
  const blocks = splitBlocks(withoutCitations(text));
  const items = blocks.flatMap((block, index) => (block.kind === "prose" ? itemsOf(block, index) : []));
  const labels = labelsOf(items);
  const passages: Passage[] = [];
  for (const [index, block] of blocks.entries()) {
    const unplaced =
      block.kind === "prose"
        ? items.filter((item) => item.block === index).flatMap((item) => itemPassages(item, labels.get(item)))
        : blockPassages(block, index);
    for (const passage of unplaced) {
      const lead_in = passage.kind === "sentence" ? null : leadIn(passages);
      passages.push({ columns: "", ...passage, lead_in });
    }
  }
  return passages;
}

function blockPassages(block: Block, index: number): readonly Unplaced[] {
  if (block.kind === "table") {
    const columns = columnsOf(block).join(" ");
    return rowsOf(block).map((text) => ({ kind: "row", text, block: index, columns }));
  }
  return DIAGRAM.test(block.text) ? [] : [{ kind: "code", text: block.text, block: index }];
}

/** A paragraph or a list item. */
interface Item {
  readonly block: number;
  readonly is_listed: boolean;
  readonly indent: number;
  readonly sentences: readonly string[];
}

function itemsOf(block: Block, index: number): readonly Item[] {
  return itemLines(block).map((lines) => ({
    block: index,
    is_listed: LIST_MARKER.test(lines),
    indent: /^\s*/.exec(lines)?.[0].length ?? 0,
    sentences: splitSentences(lines.replace(LIST_MARKER, ""))
      .flatMap((sentence) => sentence.split(BEFORE_CODE))
      .map(plainText)
      .filter((text) => /[\p{L}\p{N}]/u.test(text) && !SEE_ALSO.test(text)),
  }));
}

interface Labels {
  /** Joined labels of the items that it is nested in. */
  readonly prefix: string;
  /** It only names what is nested in it. */
  readonly is_label: boolean;
}

/** For each item what it is nested under: "Workflow worker" for the items below that item. */
function labelsOf(items: readonly Item[]): ReadonlyMap<Item, Labels> {
  const labels = new Map<Item, Labels>();
  let outer: readonly { readonly indent: number; readonly label: string }[] = [];
  for (const [at, item] of items.entries()) {
    outer = item.is_listed ? outer.filter(({ indent }) => indent < item.indent) : [];
    const below = items[at + 1];
    const hasNested = item.is_listed && below?.is_listed === true && below.indent > item.indent;
    const [text = "", ...others] = item.sentences;
    const is_label = hasNested && others.length === 0 && text.length <= LONGEST_LABEL && !/[.!?]$/.test(text);
    labels.set(item, { prefix: outer.map(({ label }) => `${label}: `).join(""), is_label });
    if (is_label) outer = [...outer, { indent: item.indent, label: text.replace(/:$/, "") }];
  }
  return labels;
}

function itemPassages(
  { block, is_listed, sentences }: Item,
  labels: Labels | undefined,
): readonly Unplaced[] {
  if (labels?.is_label) return [];
  const kind = is_listed ? "item" : "sentence";
  return sentences.map((text) => ({ kind, text: `${labels?.prefix ?? ""}${text}`, block }));
}

/** "first cell: second cell"; further cells with the names of their columns. */
function rowsOf(block: Block): readonly string[] {
  const columns = columnsOf(block);
  const rows = columns.length > 0 ? tableRows(block) : block.text.split("\n");
  return rows.map((row) => {
    const [name = "", value = "", ...others] = cellsOf(row);
    const more = others.map((cell, index) => {
      const column = columns[index + 2] ?? "";
      return cell === "" ? "" : `; ${column === "" ? "" : `${column}: `}${cell}`;
    });
    return `${name}${value === "" ? "" : `: ${value}`}${more.join("")}`;
  });
}

/** [] when the table has no head. */
function columnsOf(block: Block): readonly string[] {
  const [head = "", rule = ""] = tableHead(block).split("\n");
  return TABLE_RULE.test(rule) ? cellsOf(head) : [];
}

function cellsOf(row: string): readonly string[] {
  return row
    .trim()
    .replace(/^\||(?<!\\)\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => plainText(cell.replaceAll("\\|", "|")));
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
