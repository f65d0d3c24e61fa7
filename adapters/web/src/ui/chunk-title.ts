import type { Chunk } from "../../../../domain/knowledge/chunk.ts";

/** Where in which document a passage stands: "Concepts › Lease". */
export function chunkTitle({ metadata, document_id }: Chunk): string {
  const { heading_path, title } = metadata;
  const path = Array.isArray(heading_path) ? heading_path.filter((part) => typeof part === "string") : [];
  if (path.length > 0) return path.join(" › ");
  return typeof title === "string" ? title : document_id;
}
