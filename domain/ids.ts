/** Branded identifiers: a run id cannot be passed where a call id is meant. */
declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

export type RunId = Id<"run">;
export type EventId = Id<"event">;
export type CallId = Id<"call">;
export type WorkerId = Id<"worker">;
/** `document-slug#heading-slug-n`, what an answer cites in square brackets. */
export type ChunkId = Id<"chunk">;
export type DocumentId = Id<"document">;

/** ISO 8601 in UTC with milliseconds, so that comparing the strings compares the times. */
export type Timestamp = Id<"timestamp">;

/** The run id under which knowledge ingestion reports its events. */
export const KNOWLEDGE_INGESTION = "knowledge-ingestion" as RunId;
