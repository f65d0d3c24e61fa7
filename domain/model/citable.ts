import type { RetrievedChunk } from "../knowledge/chunk.ts";
import { extractCitations } from "../knowledge/citations.ts";
import type { EarlierTurn } from "./chat.ts";

/** The chunk ids that an answer may cite: those it was given as evidence, and those that earlier answers cited. */
export function citableChunks(
  evidence: readonly RetrievedChunk[],
  earlier: readonly EarlierTurn[],
): ReadonlySet<string> {
  return new Set([
    ...evidence.map((chunk) => chunk.chunk_id),
    ...earlier.flatMap(({ answer }) => extractCitations(answer)),
  ]);
}
