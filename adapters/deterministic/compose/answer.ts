import type { ChatRequest, RunMode } from "../../../domain/model/chat.ts";
import { contextSource, type Source, sourcesOf } from "../extraction/passages.ts";
import { readQuestion } from "../extraction/question.ts";
import { scorePassages } from "../extraction/score.ts";
import { type Selection, type SelectionLimits, selectPassages } from "../extraction/select.ts";
import { prose } from "./prose.ts";

const LIMITS: Readonly<Record<RunMode, SelectionLimits>> = {
  answer: { most: 4, share: 0.62 },
  research: { most: 8, share: 0.4 },
  summarize: { most: 5, share: 0.35 },
};

/** What the evidence and the given context hold on `message`; null when they do not answer it. */
export function answerFrom(request: ChatRequest, message: string): string | null {
  const question = readQuestion(message, request.earlier);
  const limits = LIMITS[request.mode];
  const select = (sources: readonly Source[]) =>
    selectPassages(question, scorePassages(question, sources), limits);
  const chunks = select(sourcesOf(request.evidence));
  if (chunks.length > 0) return request.mode === "research" ? grouped(chunks) : prose(chunks);
  const context = request.context === null ? [] : select([contextSource(request.context)]);
  return context.length > 0 ? `From the context you gave: ${prose(context)}` : null;
}

/** A paragraph for each section, under its headings. */
function grouped(selection: Selection): string {
  const sections = Map.groupBy(selection, ({ source }) => source.heading_path.join(" › "));
  return [...sections]
    .map(([heading, passages]) => (heading === "" ? prose(passages) : `**${heading}**\n\n${prose(passages)}`))
    .join("\n\n");
}
