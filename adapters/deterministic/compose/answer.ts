import type { ChatRequest, RunMode } from "../../../domain/model/chat.ts";
import { contextSource, type Source, sourcesOf } from "../extraction/passages.ts";
import { readQuestion } from "../extraction/question.ts";
import { type Scored, scorePassages } from "../extraction/score.ts";
import { type SelectionLimits, selectPassages } from "../extraction/select.ts";
import { prose } from "./prose.ts";

const LIMITS: Readonly<Record<RunMode, SelectionLimits>> = {
  answer: { most: 4, same_source: 0.6, other_source: 0.9 },
  research: { most: 8, same_source: 0.4, other_source: 0.5 },
  summarize: { most: 5, same_source: 0.4, other_source: 0.6 },
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
function grouped(passages: readonly Scored[]): string {
  const sections = Map.groupBy(passages, ({ source }) => source.heading_path.join(" › "));
  return [...sections]
    .map(([heading, group]) => (heading === "" ? prose(group) : `**${heading}**\n\n${prose(group)}`))
    .join("\n\n");
}
