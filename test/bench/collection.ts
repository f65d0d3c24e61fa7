import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** A test collection for retrieval: documents, queries, and people's judgments of which answer which. */
export interface Collection {
  readonly name: string;
  readonly documents: readonly { readonly id: string; readonly title: string; readonly text: string }[];
  readonly queries: readonly { readonly id: string; readonly text: string }[];
  /** Grades of the documents that answer a query at all, by query id, then document id. */
  readonly judgments: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

const DOCUMENTS = /^(?:(.+)-)?docs\.jsonl$/;

/** Reads every `[NAME-]{docs,queries,qrels}.jsonl` of a directory. */
export function readCollections(directory: string): readonly Collection[] {
  const names = readdirSync(directory).flatMap((file) => {
    const match = DOCUMENTS.exec(file);
    return match === null ? [] : [match[1] ?? ""];
  });
  if (names.length === 0) throw new Error(`${directory} holds no file named [NAME-]docs.jsonl`);
  return names.map((name) => {
    const file = (part: string) =>
      path.join(directory, name === "" ? `${part}.jsonl` : `${name}-${part}.jsonl`);
    return readCollection(file("docs"), file("queries"), file("qrels"), name || path.basename(directory));
  });
}

/**
 * Reads a collection from three files of JSON lines: documents {id, title, text}, queries {id, text}, judgments
 * {query_id, doc_id, grade}. BEIR's names of these fields will do as well.
 */
export function readCollection(docs: string, queries: string, qrels: string, name = docs): Collection {
  const judgments = new Map<string, Map<string, number>>();
  for (const line of lines(qrels)) {
    const grade = Number(first(line, "grade", "score", "relevance"));
    if (!(grade > 0)) continue;
    const query_id = id(line, "query_id", "query-id", "qid");
    const ofQuery = judgments.get(query_id) ?? new Map<string, number>();
    judgments.set(query_id, ofQuery.set(id(line, "doc_id", "corpus-id", "docid"), grade));
  }
  const text = (line: Line, field: string) => String(line[field] ?? "");
  return {
    name,
    documents: lines(docs).map((line) => ({
      id: id(line, "id", "_id"),
      title: text(line, "title"),
      text: text(line, "text"),
    })),
    queries: lines(queries).map((line) => ({ id: id(line, "id", "_id"), text: text(line, "text") })),
    judgments,
  };
}

type Line = Readonly<Record<string, unknown>>;

function lines(file: string): readonly Line[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line));
}

function first(line: Line, ...names: readonly string[]): unknown {
  return names.map((name) => line[name]).find((value) => value !== undefined);
}

function id(line: Line, ...names: readonly string[]): string {
  const value = first(line, ...names);
  if (value === undefined) throw new Error(`a line has none of ${names.join(", ")}: ${JSON.stringify(line)}`);
  return String(value);
}

/**
 * Normalised discounted cumulative gain of the first `depth` results: 1 when they are the best possible ones
 * in the best order. The gain of a document is 2^grade − 1 (Burges et al., 2005).
 */
export function ndcg(ranking: readonly string[], grades: ReadonlyMap<string, number>, depth: number): number {
  const gains = (ordered: readonly number[]) =>
    ordered.slice(0, depth).reduce((sum, grade, rank) => sum + (2 ** grade - 1) / Math.log2(rank + 2), 0);
  const ideal = gains([...grades.values()].sort((a, b) => b - a));
  return gains(ranking.map((id) => grades.get(id) ?? 0)) / ideal;
}

/** The share of all relevant documents among the first `depth` results. */
export function recall(
  ranking: readonly string[],
  grades: ReadonlyMap<string, number>,
  depth: number,
): number {
  return ranking.slice(0, depth).filter((id) => grades.has(id)).length / grades.size;
}
