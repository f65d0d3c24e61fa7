import { useState } from "react";
import type { RetrievedChunk } from "../../../../domain/knowledge/chunk.ts";
import { ChunkDialog } from "../ui/chunk-dialog.tsx";
import { formatDuration } from "../ui/format.ts";
import { clipped, count } from "../ui/words.ts";
import type { RetrievalNote } from "./progress.ts";

/** What was looked for in the documents, and what was found; each passage opens. */
export function RetrievalNoteView({ note }: { readonly note: RetrievalNote }) {
  const { found } = note;
  const query = clipped(note.query);
  const [opened, open] = useState<RetrievedChunk | null>(null);
  if (found === null) return <li className="note">Searches the documents for “{query}”…</li>;
  return (
    <li className="note">
      <details>
        <summary>
          Found {count(found.chunks.length, "passage")} for “{query}” in {formatDuration(found.duration_ms)}
        </summary>
        <ul className="note-chunks">
          {found.chunks.map((chunk) => (
            <li key={chunk.chunk_id}>
              <button type="button" className="note-chunk" onClick={() => open(chunk)}>
                {chunk.chunk_id} <span className="numbers">{chunk.score.toFixed(2)}</span>
              </button>
            </li>
          ))}
        </ul>
      </details>
      <ChunkDialog chunk={opened} onClose={() => open(null)} />
    </li>
  );
}
