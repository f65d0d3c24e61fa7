import type { ChatRequest, RunMode } from "../../../domain/model/chat.ts";
import { comparedIn } from "../extraction/comparison.ts";
import { gist } from "../extraction/gist.ts";
import { contextSource, type Source, sourcesOf } from "../extraction/passages.ts";
import { type Question, readQuestion } from "../extraction/question.ts";
import { scorePassages } from "../extraction/score.ts";
import { type SelectionLimits, selectPassages } from "../extraction/select.ts";
import { terms } from "../extraction/terms.ts";
import { prose, type Quotation } from "./prose.ts";

const LIMITS: Readonly<Record<RunMode, SelectionLimits>> = {
  answer: { most: 4, least_covered: 0.55, same_source: 0.6, other_source: 0.9 },
  research: { most: 8, least_covered: 0.45, same_source: 0.5, other_source: 0.55 },
  summarize: { most: 5, least_covered: 0.45, same_source: 0.5, other_source: 0.6 },
};
/** A message of this many characters that is to be summarized brings its text along. */
const LONG_MESSAGE = 600;

/** What the evidence and the given context hold on `message`; null when they do not answer it. */
export function answerFrom(request: ChatRequest, message: string): string | null {
  const question = readQuestion(message, request.earlier);
  const own = ownText(request, question);
  if (own !== null) return fromContext(gist([contextSource(own)], LIMITS.summarize.most));

  const sources = sourcesOf(request.evidence);
  const chunks = ofBoth(request.mode, message, sources) ?? fromSources(request.mode, question, sources);
  if (chunks.length > 0) return request.mode === "research" ? grouped(chunks) : prose(chunks);
  if (request.context === null) return null;
  return fromContext(fromSources(request.mode, question, [contextSource(request.context)]));
}

/** The text that came with the request to be summarized: as its context, or within the message itself. */
function ownText({ mode, context, message }: ChatRequest, { is_general }: Question): string | null {
  if (context !== null && (mode === "summarize" || is_general)) return context;
  return mode === "summarize" && message.length >= LONG_MESSAGE ? message : null;
}

/**
 * What is said of each of two things that are compared, from sections that speak of both where there are any;
 * null when nothing is compared, or one of them is not known.
 */
function ofBoth(mode: RunMode, message: string, sources: readonly Source[]): readonly Quotation[] | null {
  const compared = comparedIn(message);
  if (compared === null) return null;
  const questions = compared.map((thing) => readQuestion(`What is ${thing}?`, []));
  const together = sources.filter(({ passages }) => {
    const known = new Set(passages.flatMap(({ text }) => terms(text)));
    return questions.every(({ subject }) => subject.every((term) => known.has(term)));
  });
  const limits = { ...LIMITS[mode], most: LIMITS[mode].most / 2 };
  const each = questions.map((question) =>
    selectPassages(question, scorePassages(question, together.length > 0 ? together : sources), limits),
  );
  if (each.some((quotations) => quotations.length === 0)) return null;
  const texts = new Set<string>();
  return each.flat().filter(({ passage: { text } }) => !texts.has(text) && texts.add(text));
}

function fromSources(mode: RunMode, question: Question, sources: readonly Source[]): readonly Quotation[] {
  const limits = LIMITS[mode];
  if (mode === "summarize" && question.is_general) return gist(sources, limits.most);
  const scored = scorePassages(question, sources);
  const selected = selectPassages(question, scored, limits);
  if (mode !== "summarize" || selected.length === 0) return selected;
  const scores = new Map(scored.map(({ passage, score, covered }) => [passage, covered > 0 ? score : null]));
  return gist(sources, limits.most, (passage) => scores.get(passage) ?? null);
}

function fromContext(quotations: readonly Quotation[]): string | null {
  return quotations.length > 0 ? `From the context you gave: ${prose(quotations)}` : null;
}

/** A paragraph for each section, under its headings. */
function grouped(quotations: readonly Quotation[]): string {
  const sections = Map.groupBy(quotations, ({ source }) => source.heading_path.join(" › "));
  return [...sections]
    .map(([heading, group]) => (heading === "" ? prose(group) : `**${heading}**\n\n${prose(group)}`))
    .join("\n\n");
}
