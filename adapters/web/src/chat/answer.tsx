import { useDeferredValue } from "react";
import type { RetrievedChunk } from "../../../../domain/knowledge/chunk.ts";
import { CitedMarkdown } from "./cited-markdown.tsx";
import "./answer.css";

interface AnswerProps {
  readonly text: string;
  /** What the text may cite. */
  readonly chunks: readonly RetrievedChunk[];
  readonly isLive: boolean;
}

/** The answer as far as it has come. */
export function Answer({ text, chunks, isLive }: AnswerProps) {
  // Long answers take a while to render; what is typed meanwhile comes first.
  const shown = useDeferredValue(text);
  return (
    <div className="answer" aria-busy={isLive}>
      <CitedMarkdown text={shown} chunks={chunks} />
    </div>
  );
}
