import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import type { RetrievedChunk } from "../../../../domain/knowledge/chunk.ts";
import { extractCitations } from "../../../../domain/knowledge/citations.ts";
import { ChunkDialog } from "../ui/chunk-dialog.tsx";
import { chunkTitle } from "../ui/chunk-title.ts";
import "./citations.css";

interface Sources {
  /** In the order of their first citation: the first is number 1. */
  readonly ids: readonly string[];
  readonly chunks: ReadonlyMap<string, RetrievedChunk>;
  readonly open: (chunk: RetrievedChunk) => void;
}

const SourcesContext = createContext<Sources>({ ids: [], chunks: new Map(), open: () => undefined });

interface CitationsProps {
  readonly text: string;
  readonly chunks: readonly RetrievedChunk[];
  readonly children: ReactNode;
}

/** Lets the citations in what is inside open what they quote, and lists them below. */
export function Citations({ text, chunks, children }: CitationsProps) {
  const [opened, open] = useState<RetrievedChunk | null>(null);
  const sources = useMemo(
    () => ({
      ids: [...new Set(extractCitations(text))],
      chunks: new Map(chunks.map((chunk): [string, RetrievedChunk] => [chunk.chunk_id, chunk])),
      open,
    }),
    [text, chunks],
  );
  return (
    <SourcesContext value={sources}>
      {children}
      <SourceList {...sources} />
      <ChunkDialog chunk={opened} onClose={() => open(null)} />
    </SourcesContext>
  );
}

/** A citation in the text: a chip for each passage it names. */
export function Citation({ ids }: { readonly ids: readonly string[] }) {
  const { ids: order, chunks, open } = useContext(SourcesContext);
  return ids.map((id) => {
    const chunk = chunks.get(id);
    const number = order.indexOf(id) + 1;
    return (
      <button
        key={id}
        type="button"
        className="citation"
        disabled={chunk === undefined}
        aria-label={chunk === undefined ? `Source ${id}` : `Source ${number}: ${chunkTitle(chunk)}`}
        title={chunk === undefined ? id : chunkTitle(chunk)}
        onClick={() => chunk && open(chunk)}
      >
        {number > 0 ? number : "?"}
      </button>
    );
  });
}

function SourceList({ ids, chunks, open }: Sources) {
  const known = ids.flatMap((id, index) => {
    const chunk = chunks.get(id);
    return chunk === undefined ? [] : [{ chunk, number: index + 1 }];
  });
  if (known.length === 0) return null;
  return (
    <ul className="sources" aria-label="Sources">
      {known.map(({ chunk, number }) => (
        <li key={chunk.chunk_id}>
          <button type="button" className="source" onClick={() => open(chunk)}>
            <span className="source-number numbers">{number}</span> {chunkTitle(chunk)}
          </button>
        </li>
      ))}
    </ul>
  );
}
