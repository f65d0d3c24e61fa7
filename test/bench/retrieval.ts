/**
 * Measures retrieval: `npm run retrieval:measure -- DIRECTORY`. The directory holds test collections, each as
 * `[NAME-]docs.jsonl` {id, title, text}, `-queries.jsonl` {id, text}, `-qrels.jsonl` {query_id, doc_id, grade}.
 * Documents are cut and indexed as Baton does it; a document ranks where the best of its chunks does.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Bm25KnowledgeIndex } from "../../adapters/knowledge/bm25-index.ts";
import { MarkdownDocumentSource } from "../../adapters/knowledge/markdown-source.ts";
import type { DocumentId } from "../../domain/ids.ts";
import type { Chunk } from "../../domain/knowledge/chunk.ts";
import { chunkDocument } from "../../domain/knowledge/chunking.ts";
import type { KnowledgeIndex } from "../../domain/ports/knowledge-index.ts";
import { type Collection, ndcg, readCollections, recall } from "./collection.ts";

const DEPTH = 10;
/** Chunks asked for, so that ten documents are found though some are found by several chunks. */
const CHUNKS = 10 * DEPTH;
const SIZE_TO_TIME = 10_000;
const NEVER = new AbortController().signal;
const DOCS = path.resolve(import.meta.dirname, "../../docs");

const [directory] = process.argv.slice(2);
if (directory === undefined) {
  console.error("usage: npm run retrieval:measure -- DIRECTORY");
  process.exit(2);
}
for (const collection of readCollections(directory)) {
  console.log(
    `${collection.name}: ${collection.documents.length} documents, ${collection.queries.length} queries`,
  );
  await measureQuality(collection);
  await measureFloor(collection);
  await measureSpeed(collection);
}

async function measureQuality(collection: Collection): Promise<void> {
  const chunks = collection.documents.flatMap(chunksOf);
  for (const [name, index] of [
    ["as Baton searches", new Bm25KnowledgeIndex()],
    ["without the relevance floor", new Bm25KnowledgeIndex((matches) => matches)],
  ] as const) {
    await index.replace(chunks, "measured");
    const scores = { ndcg: 0, recall: 0, queries: 0 };
    for (const { id, text } of collection.queries) {
      const grades = collection.judgments.get(id);
      if (grades === undefined) continue;
      const ranking = await rankDocuments(index, text);
      scores.ndcg += ndcg(ranking, grades, DEPTH);
      scores.recall += recall(ranking, grades, DEPTH);
      scores.queries += 1;
    }
    const mean = (sum: number) => (sum / scores.queries).toFixed(4);
    print(name, `nDCG@${DEPTH} ${mean(scores.ndcg)}   recall@${DEPTH} ${mean(scores.recall)}`);
  }
}

/** Queries of a collection are off-topic for Baton's own documentation: how many find nothing there? */
async function measureFloor({ queries }: Collection): Promise<void> {
  const { documents } = await new MarkdownDocumentSource(DOCS).documents();
  const index = new Bm25KnowledgeIndex();
  await index.replace(documents.flatMap(chunkDocument), "docs");
  let silent = 0;
  for (const { text } of queries) {
    if ((await index.search(text, 5, NEVER)).chunks.length === 0) silent += 1;
  }
  print("asked of Baton's docs/", `${((100 * silent) / queries.length).toFixed(1)} % find nothing`);
}

/** The collection as Markdown files, repeated to 10,000 chunks: reading and indexing them, and asking. */
async function measureSpeed({ documents, queries }: Collection): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "baton-retrieval-"));
  try {
    const wanted = Math.ceil((SIZE_TO_TIME / documents.flatMap(chunksOf).length) * documents.length);
    for (let n = 0; n < wanted; n += 1) {
      const { title, text } = documents[n % documents.length] ?? { title: "", text: "" };
      await writeFile(path.join(folder, `${n}.md`), `# ${title}\n\n${text}\n`);
    }
    const start = performance.now();
    const source = await new MarkdownDocumentSource(folder).documents();
    const chunks = source.documents.flatMap(chunkDocument);
    const read = performance.now();
    const index = new Bm25KnowledgeIndex();
    await index.replace(chunks, "timed");
    const indexed = performance.now();
    print(
      `${chunks.length} chunks`,
      `read in ${seconds(read - start)} s, indexed in ${seconds(indexed - read)} s, ${percentiles(await timeQueries(index, queries))}`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function timeQueries(index: KnowledgeIndex, queries: Collection["queries"]): Promise<number[]> {
  const durations: number[] = [];
  for (const { text } of queries) {
    const start = performance.now();
    await index.search(text, 5, NEVER);
    durations.push(performance.now() - start);
  }
  return durations.sort((a, b) => a - b);
}

async function rankDocuments(index: KnowledgeIndex, query: string): Promise<string[]> {
  const { chunks } = await index.search(query, CHUNKS, NEVER);
  return [...new Set(chunks.map(({ document_id }) => document_id))];
}

function chunksOf({ id, title, text }: Collection["documents"][number]): Chunk[] {
  const document_id = id as DocumentId;
  return chunkDocument({ document_id, title, location: id, sections: [{ path: [title], text }] });
}

function percentiles(sorted: readonly number[]): string {
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  return `query ${at(0.5)} ms at the median, ${at(0.99)} ms at the 99th percentile`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}

function print(name: string, result: string): void {
  console.log(`  ${name.padEnd(30)} ${result}`);
}
