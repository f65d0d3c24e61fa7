import type { ChunkId, DocumentId } from "../ids.ts";
import type { JsonObject } from "../json.ts";

/** A heading and the text under it, up to the next heading. `path` runs from the document's title down. */
export interface Section {
  readonly path: readonly string[];
  readonly text: string;
}

/** A parsed document: what a DocumentSource yields and the chunker cuts. */
export interface Document {
  readonly document_id: DocumentId;
  readonly title: string;
  /** Where it came from, relative to the source, for people to find it. */
  readonly location: string;
  readonly sections: readonly Section[];
}

/** The unit of retrieval and citation. */
export interface Chunk {
  readonly chunk_id: ChunkId;
  readonly document_id: DocumentId;
  readonly text: string;
  readonly metadata: JsonObject;
}

/** A chunk as a query found it. Scores compare within one query only; higher is better. */
export interface RetrievedChunk extends Chunk {
  readonly score: number;
}
