/**
 * Measures retrieval: `npm run retrieval:measure -- DIRECTORY`, or `-- DOCS QUERIES QRELS`. The directory holds
 * test collections, each as `[NAME-]docs.jsonl` {id, title, text}, `-queries.jsonl` {id, text}, `-qrels.jsonl`
 * {query_id, doc_id, grade}. Documents are cut and indexed as Baton does it; a document ranks where the best of
 * its chunks does. Vectors come from the embedding model that is configured, or one that runs offline.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Bm25KnowledgeIndex } from "../../adapters/knowledge/bm25-index.ts";
import { embeddedText, HybridKnowledgeIndex } from "../../adapters/knowledge/hybrid-index.ts";
import { MarkdownDocumentSource } from "../../adapters/knowledge/markdown-source.ts";
import { VectorIndex } from "../../adapters/knowledge/vector-index.ts";
import type { DocumentId } from "../../domain/ids.ts";
import type { Chunk } from "../../domain/knowledge/chunk.ts";
import { chunkDocument } from "../../domain/knowledge/chunking.ts";
import type { KnowledgeIndex } from "../../domain/ports/knowledge-index.ts";
import { type Collection, ndcg, readCollection, readCollections, recall } from "./collection.ts";
import { measuredEmbedder } from "./embedders.ts";

const DEPTH = 10;
/** Chunks asked for, so that ten documents are found though some are found by several chunks. */
const CHUNKS = 10 * DEPTH;
const SIZE_TO_TIME = 10_000;
const NEVER = new AbortController().signal;
const DOCS = path.resolve(import.meta.dirname, "../../docs");

/** Chunks, best first. */
type Search = (query: string) => Promise<readonly Chunk[]>;

const [first, queries, qrels] = process.argv.slice(2);
if (first === undefined || (queries === undefined) !== (qrels === undefined)) {
  console.error("usage: npm run retrieval:measure -- DIRECTORY | DOCS QUERIES QRELS");
  process.exit(2);
}
const collections =
  queries === undefined || qrels === undefined
    ? readCollections(first)
    : [readCollection(first, queries, qrels)];
const { embedder, log } = measuredEmbedder();
for (const collection of collections) {
  console.log(
    `${collection.name}: ${collection.documents.length} documents, ${collection.queries.length} queries; vectors of ${embedder.model}`,
  );
  // At once, and not while a search waits for them: that would give up after some seconds.
  await embedder.embed(
    collection.queries.map(({ text }) => text),
    "query",
    NEVER,
  );
  await measureQuality(collection);
  await measureFloor(collection);
  await measureSpeed(collection);
}

async function measureQuality(collection: Collection): Promise<void> {
  const chunks = collection.documents.flatMap(chunksOf);
  const searches: readonly (readonly [string, Search])[] = [
    ["words (BM25), as without a key", await searching(new Bm25KnowledgeIndex(), chunks)],
    ["words, no relevance floor", await searching(new Bm25KnowledgeIndex((matches) => matches), chunks)],
    ["vectors alone", await searchingVectors(chunks)],
    ["hybrid, as with a key", await searching(hybrid(), chunks)],
  ];
  for (const [name, search] of searches) {
    const scores = { ndcg: 0, recall: 0, queries: 0 };
    for (const { id, text } of collection.queries) {
      const grades = collection.judgments.get(id);
      if (grades === undefined) continue;
      const ranking = [...new Set((await search(text)).map(({ document_id }) => document_id))];
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
  const chunks = documents.flatMap(chunkDocument);
  for (const [name, index] of [
    ["words, asked of Baton's docs/", new Bm25KnowledgeIndex()],
    ["hybrid, asked of Baton's docs/", hybrid()],
  ] as const) {
    const search = await searching(index, chunks);
    let silent = 0;
    for (const { text } of queries) if ((await search(text)).length === 0) silent += 1;
    print(name, `${((100 * silent) / queries.length).toFixed(1)} % find nothing`);
  }
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

/** Waits for its vectors however long they take. */
function hybrid(): KnowledgeIndex {
  return new HybridKnowledgeIndex(embedder, log, { patience_ms: 24 * 60 * 60 * 1000 });
}

async function searching(index: KnowledgeIndex, chunks: readonly Chunk[]): Promise<Search> {
  await index.replace(chunks, "measured");
  return async (query) => {
    const found = await index.search(query, CHUNKS, NEVER);
    if (found.degraded !== null) throw new Error(`this measures nothing: ${found.degraded}`);
    return found.chunks;
  };
}

async function searchingVectors(chunks: readonly Chunk[]): Promise<Search> {
  const index = new VectorIndex(await embedder.embed(chunks.map(embeddedText), "document", NEVER));
  return async (query) => {
    const [vector = new Float32Array()] = await embedder.embed([query], "query", NEVER);
    return index.nearest(vector, CHUNKS).flatMap(({ position }) => chunks[position] ?? []);
  };
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
  console.log(`  ${name.padEnd(32)} ${result}`);
}
