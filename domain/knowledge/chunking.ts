import type { ChunkId } from "../ids.ts";
import { type Block, splitBlocks } from "./blocks.ts";
import type { Chunk, Document, Section } from "./chunk.ts";
import { slug } from "./slug.ts";
import { splitBlock } from "./split.ts";

/**
 * Characters: some 250 words. Large enough to hold a thought with its reasons, small enough that five chunks
 * are a small prompt and a citation points at something.
 */
export const CHUNK_LIMIT = 1200;
/** Code and tables lose their meaning when cut, so they may be longer, up to this. */
export const WHOLE_LIMIT = 3 * CHUNK_LIMIT;
/** A section with less text than this ("See above.") cannot stand alone. */
const TINY_SECTION = 24;

/**
 * Cuts a document along its headings into chunks for retrieval. Chunk ids are
 * `document-slug#heading-slug-n`, where n counts the chunks under one heading slug from 1: editing a section
 * renames no chunk of sections with other headings. `metadata` holds `title`, `heading_path` (from the title
 * down), `location`.
 */
export function chunkDocument(document: Document): Chunk[] {
  const counts = new Map<string, number>();
  return mergeTiny(document.sections).flatMap(({ path, text }) => {
    const heading = slug(path.at(-1) ?? document.title, "section");
    return splitText(text).map((piece) => {
      const n = (counts.get(heading) ?? 0) + 1;
      counts.set(heading, n);
      return {
        chunk_id: `${document.document_id}#${heading}-${n}` as ChunkId,
        document_id: document.document_id,
        text: piece,
        metadata: { title: document.title, heading_path: path, location: document.location },
      };
    });
  });
}

/** Tiny sections become, with their heading, the end of the section before them. */
function mergeTiny(sections: readonly Section[]): Section[] {
  const merged: Section[] = [];
  for (const section of sections) {
    const text = section.text.trim();
    if (text === "") continue; // Its heading still stands in the path of the sections below it.
    const host = text.length < TINY_SECTION ? merged.pop() : undefined;
    if (host === undefined) merged.push({ path: section.path, text });
    else merged.push({ path: host.path, text: `${host.text}\n\n${section.path.at(-1)}\n\n${text}` });
  }
  return merged;
}

function splitText(text: string): string[] {
  if (text.length <= CHUNK_LIMIT) return [text];
  const parts = splitBlocks(text).flatMap(fit);
  // "Then run:" belongs to the code, list or table behind it.
  const withLeadIns = join(parts, (before) => before.endsWith(":"));
  return join(withLeadIns, () => true);
}

function fit(block: Block): string[] {
  const limit = block.kind === "prose" ? CHUNK_LIMIT : WHOLE_LIMIT;
  return block.text.length <= limit ? [block.text] : splitBlock(block, CHUNK_LIMIT);
}

/** Joins neighbours that belong together and fit into one chunk. */
function join(parts: readonly string[], belongs: (before: string) => boolean): string[] {
  const joined: string[] = [];
  for (const part of parts) {
    const before = joined.pop();
    const together = `${before}\n\n${part}`;
    if (before === undefined) joined.push(part);
    else if (belongs(before) && together.length <= CHUNK_LIMIT) joined.push(together);
    else joined.push(before, part);
  }
  return joined;
}
