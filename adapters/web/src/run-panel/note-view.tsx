import { ModelNoteView } from "./model-note.tsx";
import type { Note } from "./progress.ts";
import { RetrievalNoteView } from "./retrieval-note.tsx";
import { RetryNoteView } from "./retry-note.tsx";
import { ToolCard } from "./tool-card.tsx";
import "./notes.css";

/** Something that happened in a step. */
export function NoteView({ note }: { readonly note: Note }) {
  switch (note.kind) {
    case "sentence":
      return (
        <li className="note" data-tone={note.tone}>
          {note.text}
        </li>
      );
    case "retrieval":
      return <RetrievalNoteView note={note} />;
    case "model":
      return <ModelNoteView note={note} />;
    case "tool":
      return <ToolCard note={note} />;
    case "retry":
      return <RetryNoteView note={note} />;
    default:
      return note satisfies never;
  }
}
