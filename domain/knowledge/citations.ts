import { matchesIn } from "../matches.ts";

/** `[document-slug#heading-slug-n]`; several in one pair of brackets are parted by commas or semicolons. */
const BRACKETS = /\[([^[\]\n]{3,400})\](?!\()/g;
const CHUNK_ID = /^[^\s#[\],;]+#[^\s#[\],;]+-\d+$/u;

/**
 * The chunk ids that a text cites, in order, each as often as it is cited. Markdown links and footnotes
 * such as [1] are no citations.
 */
export function extractCitations(text: string): string[] {
  return matchesIn(text, BRACKETS).flatMap(([, inside = ""]) => {
    const ids = inside.split(/[,;]/).map((id) => id.trim());
    return ids.every((id) => CHUNK_ID.test(id)) ? ids : [];
  });
}
