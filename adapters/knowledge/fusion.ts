import type { Chunk, RetrievedChunk } from "../../domain/knowledge/chunk.ts";

/**
 * Dampens the lead of the first ranks. Measured (`npm run retrieval:measure`): with the usual 60, neighbours
 * from a weak model push out what words found at the first ranks.
 */
const RANK_OFFSET = 10;

/**
 * One ranking of several by reciprocal rank fusion (Cormack et al., 2009): each gives a chunk
 * 1 / (offset + rank). Chunks of equal sums keep their order, those of the first ranking first.
 */
export function fuse(rankings: readonly (readonly Chunk[])[]): RetrievedChunk[] {
  const fused = new Map<string, RetrievedChunk>();
  for (const ranking of rankings) {
    for (const [rank, chunk] of ranking.entries()) {
      const score = (fused.get(chunk.chunk_id)?.score ?? 0) + 1 / (RANK_OFFSET + rank + 1);
      fused.set(chunk.chunk_id, { ...chunk, score });
    }
  }
  return [...fused.values()].sort((a, b) => b.score - a.score);
}
