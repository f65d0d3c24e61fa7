import type { Document } from "../knowledge/chunk.ts";

/** Where knowledge comes from. */
export interface DocumentSource {
  /** What it reads, for people. */
  readonly location: string;
  /** All documents, parsed, in a stable order. A document that cannot be read is reported, not fatal. */
  documents(): Promise<{
    readonly documents: readonly Document[];
    readonly unreadable: readonly UnreadableDocument[];
  }>;
}

export interface UnreadableDocument {
  readonly location: string;
  readonly reason: string;
}
