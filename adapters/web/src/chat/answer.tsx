import { useMemo } from "react";
import type { RetrievedChunk } from "../../../../domain/knowledge/chunk.ts";
import type { RunEvent } from "../../../../domain/run/events.ts";
import { Citations } from "./citations.tsx";
import { CitedMarkdown } from "./cited-markdown.tsx";
import { type VoidedText, voidedTexts } from "./voided-texts.ts";
import "./answer.css";

interface AnswerProps {
  readonly text: string;
  /** What the text may cite. */
  readonly chunks: readonly RetrievedChunk[];
  readonly events: readonly RunEvent[];
  readonly isLive: boolean;
}

/** The answer as far as it has come, and what was taken back on the way. */
export function Answer({ text, chunks, events, isLive }: AnswerProps) {
  const voided = useMemo(() => voidedTexts(events), [events]);
  return (
    <div className="answer" aria-busy={isLive}>
      {voided.map((one) => (
        <Voided key={one.seq} {...one} />
      ))}
      <Citations text={text} chunks={chunks}>
        <CitedMarkdown text={text} />
      </Citations>
    </div>
  );
}

function Voided({ text, reason }: VoidedText) {
  return (
    <details className="voided">
      <summary>Taken back: {reason}</summary>
      <del>{text}</del>
    </details>
  );
}
