import type { RetrievedChunk } from "../../../../domain/knowledge/chunk.ts";
import { chunkTitle } from "./chunk-title.ts";
import { Dialog } from "./dialog.tsx";
import "./chunk-dialog.css";

interface ChunkDialogProps {
  /** null: closed. */
  readonly chunk: RetrievedChunk | null;
  readonly onClose: () => void;
}

/** A passage of a document as the model was given it. */
export function ChunkDialog({ chunk, onClose }: ChunkDialogProps) {
  if (chunk === null) return null;
  const { location } = chunk.metadata;
  return (
    <Dialog
      open
      title={chunkTitle(chunk)}
      description={
        <span className="chunk-about">
          <span>{typeof location === "string" ? location : chunk.document_id}</span>
          <span className="mono">{chunk.chunk_id}</span>
          <span className="numbers">score {chunk.score.toFixed(3)}</span>
        </span>
      }
      onClose={onClose}
    >
      <blockquote className="chunk-text">{chunk.text}</blockquote>
    </Dialog>
  );
}
