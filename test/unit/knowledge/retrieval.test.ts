import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Bm25KnowledgeIndex } from "../../../adapters/knowledge/bm25-index.ts";
import { HybridKnowledgeIndex } from "../../../adapters/knowledge/hybrid-index.ts";
import { MarkdownDocumentSource } from "../../../adapters/knowledge/markdown-source.ts";
import type { ChunkId, DocumentId } from "../../../domain/ids.ts";
import type { Chunk, RetrievedChunk } from "../../../domain/knowledge/chunk.ts";
import { chunkDocument } from "../../../domain/knowledge/chunking.ts";
import type { KnowledgeIndex } from "../../../domain/ports/knowledge-index.ts";
import { ConceptEmbedder } from "../../support/concept-embedder.ts";
import { RecordingLog } from "../../support/mcp/recording-log.ts";
import { REPOSITORY } from "../../support/planted-tree.ts";

describe.each([
  ["by words", () => new Bm25KnowledgeIndex()],
  ["by words and meaning", () => new HybridKnowledgeIndex(new ConceptEmbedder(), new RecordingLog())],
])("retrieval from Baton's own documentation, %s", (_, create) => {
  let index: KnowledgeIndex;

  beforeAll(async () => {
    const { documents } = await new MarkdownDocumentSource(path.join(REPOSITORY, "docs")).documents();
    index = create();
    await index.replace(documents.flatMap(chunkDocument), "v1");
  });

  it.each([
    ["What is Baton?", /\bBaton (?:is|runs)\b/],
    ["What is a lease?", /\blease (?:is|names)\b/i],
    ["Hi there! Could you please explain what a lease is?", /\blease (?:is|names)\b/i],
    ["what's a snapshot", /\bsnapshot (?:is|caches)\b/i],
    ["How does Baton recover when a worker dies?", /another worker/],
    ["What happens when Redis goes down?", /Redis is down/i],
    ["How do I cancel a run?", /\/cancel\b/],
    ["How are documents split into chunks?", /1,200 characters/],
    ["OPENAI_BASE_URL", /OPENAI_BASE_URL/],
  ])("finds the answer to %j", async (query, answer) => {
    const chunks = await search(index, query);
    expect(chunks.map(({ text }) => text).join("\n")).toMatch(answer);
  });

  it.each([
    "Tell me a story about a dragon",
    "What is the capital of France?",
    "hello there, how are you today?",
    "Who is Ada Lovelace?",
    "How do I bake sourdough bread?",
    "Does Baton support dragons?",
    "Who is the CEO of Baton Industries?",
    "Why is the sky blue?",
  ])("finds nothing for %j", async (query) => {
    expect(await found(index, query)).toEqual([]);
  });
});

describe("ranking", () => {
  it("prefers the chunk whose heading names what is asked for", async () => {
    const index = await filled([
      chunk("mentions", ["Guide", "Other"], "A lease here, a lease there, a lease everywhere."),
      chunk("defines", ["Guide", "Lease"], "It names the worker that drives."),
    ]);
    expect(await found(index, "What is a lease?")).toEqual(["defines", "mentions"]);
  });

  it("finds a chunk by the title of its document", async () => {
    const index = await filled([
      chunk("redis", ["Redis", "Restart"], "Stop the server and start it."),
      chunk("postgres", ["Postgres", "Restart"], "Stop the server and start it."),
    ]);
    expect((await found(index, "How do I restart Postgres?"))[0]).toBe("postgres");
  });

  it("moves up what the best matches speak of, though the question does not", async () => {
    const index = await filled([
      chunk("best", ["A"], "The ledger of effects keeps a payment from happening twice: idempotency."),
      chunk(
        "unrelated",
        ["B"],
        "The ledger on the desk is green, heavy, and made of oak and brass, by hand.",
      ),
      chunk("related", ["C"], "Idempotency: the ledger sees to it that a payment does not go out again."),
      ...Array.from({ length: 20 }, (_, n) =>
        chunk(`other-${n}`, ["D"], `Number ${n} is about the weather.`),
      ),
    ]);
    expect(await found(index, "ledger of effects")).toEqual(["best", "related", "unrelated"]);
  });

  it("finds identifiers by their parts and as a whole", async () => {
    const index = await filled([
      chunk("session", ["A"], "`RunSession` loads, folds and commits."),
      chunk("other", ["B"], "Something else."),
    ]);
    for (const query of ["RunSession", "runsession", "the run session"]) {
      expect(await found(index, query)).toEqual(["session"]);
    }
  });
});

describe("relevance", () => {
  const corpus = [
    chunk(
      "lease",
      ["Leases"],
      "A lease names the worker that drives a run. It lasts as long as the worker lives.",
    ),
    chunk("timer", ["Timers"], "A timer wakes a run at a time that is kept in Redis."),
    chunk("trace", ["Traces"], "A trace shows what a run did and how long it took."),
    ...Array.from({ length: 30 }, (_, n) => chunk(`filler-${n}`, ["Run"], `The run has part ${n}.`)),
  ];

  it("takes a name that no document holds as a sign that there is no answer", async () => {
    expect(await found(await filled(corpus), "What did Beethoven think of the lease?")).toEqual([]);
  });

  it("does not require the words of asking", async () => {
    const index = await filled(corpus);
    for (const query of [
      "How long is a lease?",
      "Summarise the lease in detail",
      "Hey, quick question: a lease?",
    ]) {
      expect((await found(index, query))[0]).toBe("lease");
    }
  });

  it("asks a smaller share of a longer question", async () => {
    const query = "When the network is slow and a machine reboots, which worker drives the run by lease?";
    expect((await found(await filled(corpus), query))[0]).toBe("lease");
  });
});

async function filled(chunks: readonly Chunk[]): Promise<Bm25KnowledgeIndex> {
  const index = new Bm25KnowledgeIndex();
  await index.replace(chunks, "v1");
  return index;
}

async function search(index: KnowledgeIndex, query: string): Promise<readonly RetrievedChunk[]> {
  const { chunks } = await index.search(query, 5, new AbortController().signal);
  return chunks;
}

async function found(index: KnowledgeIndex, query: string): Promise<string[]> {
  return (await search(index, query)).map(({ chunk_id }) => chunk_id);
}

function chunk(id: string, heading_path: readonly string[], text: string): Chunk {
  const metadata = { title: heading_path[0] ?? "", heading_path, location: `${id}.md` };
  return { chunk_id: id as ChunkId, document_id: "guide" as DocumentId, text, metadata };
}
