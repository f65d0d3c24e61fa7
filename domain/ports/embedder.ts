/** Nobody waits for a document's vector, which may be tried for with patience; a run waits for a query's. */
export type EmbeddingPurpose = "document" | "query";

/**
 * Turns texts into vectors of one length: one for each text, in order. Texts are not blank; of one that is
 * longer than the model takes, the beginning counts. Throws TransientError or TerminalError, and the signal's
 * reason when that aborts.
 */
export interface Embedder {
  embed(
    texts: readonly string[],
    purpose: EmbeddingPurpose,
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]>;
  /** Names the model and, unless everybody's is the same, where it is served: vectors of two do not compare. */
  readonly model: string;
}
