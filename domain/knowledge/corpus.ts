import { canonicalJson } from "../json.ts";
import type { Chunk } from "./chunk.ts";

/** A text that is the same for two corpora exactly when they are; its digest names the corpus's version. */
export function corpusFingerprint(chunks: readonly Chunk[]): string {
  return canonicalJson(chunks.map(({ chunk_id, text, metadata }) => [chunk_id, text, metadata]));
}
