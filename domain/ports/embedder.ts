/** Turns texts into vectors of one fixed length, one per text, in order. Throws TransientError or TerminalError. */
export interface Embedder {
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]>;
  /** Names the model: vectors of different models do not compare. */
  readonly model: string;
}
