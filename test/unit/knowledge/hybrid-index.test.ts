import { beforeEach, describe, expect, it } from "vitest";
import { CachedEmbedder } from "../../../adapters/knowledge/cached-embedder.ts";
import { HybridKnowledgeIndex } from "../../../adapters/knowledge/hybrid-index.ts";
import { MemoryCache } from "../../../adapters/memory/cache.ts";
import { TransientError } from "../../../domain/errors.ts";
import type { ChunkId, DocumentId } from "../../../domain/ids.ts";
import type { Chunk } from "../../../domain/knowledge/chunk.ts";
import { ConceptEmbedder } from "../../support/concept-embedder.ts";
import { RecordingLog } from "../../support/mcp/recording-log.ts";

const CHUNKS = [
  chunk("upgrades", "Replace the servers one by one; clients notice nothing."),
  chunk("leases", "A lease names the worker that drives a run."),
  ...Array.from({ length: 200 }, (_, n) =>
    chunk(`other-${n}`, `Page ${n}: about number ${n} and letter x${n}.`),
  ),
];
const SYNONYMS = [
  ["replace", "upgrade"],
  ["servers", "machines"],
  ["clients", "customers"],
  ["notice", "downtime"],
];

describe("HybridKnowledgeIndex", () => {
  let embedder: ConceptEmbedder;
  let log: RecordingLog;
  let index: HybridKnowledgeIndex;

  beforeEach(async () => {
    embedder = new ConceptEmbedder(SYNONYMS);
    log = new RecordingLog();
    index = new HybridKnowledgeIndex(embedder, log);
    await index.replace(CHUNKS, "v1");
  });

  it("finds what is said in other words, when it stands out", async () => {
    expect(await found("upgrade machines: downtime of customers?")).toEqual(["upgrades"]);
  });

  it("finds what is said in the same words first", async () => {
    expect((await found("What is a lease?"))[0]).toBe("leases");
  });

  it("finds nothing where neither words nor meaning tell of it", async () => {
    expect(await found("Tell me a story about a dragon")).toEqual([]);
  });

  it("answers by words alone while questions cannot be embedded, and says so", async () => {
    embedder.failure = new TransientError("rate_limited", "too many requests");
    expect(await found("What is a lease?")).toEqual(["leases"]);
    expect(log.lines).toEqual([expect.stringMatching(/^warn a question could not be embedded/)]);
  });

  it("answers by words alone when the documents could not be embedded, and says so", async () => {
    embedder.failure = new TransientError("rate_limited", "too many requests");
    await index.replace(CHUNKS, "v2");
    embedder.failure = null;
    expect(index.version()).toBe("v2");
    expect(await found("What is a lease?")).toEqual(["leases"]);
    expect(log.lines).toEqual([expect.stringMatching(/^warn the documents could not be embedded/)]);
  });

  async function found(query: string): Promise<string[]> {
    const { chunks } = await index.search(query, 5, new AbortController().signal);
    return chunks.map(({ chunk_id }) => chunk_id);
  }
});

describe("CachedEmbedder", () => {
  const signal = new AbortController().signal;
  const texts = Array.from({ length: 300 }, (_, n) => `text number ${n % 150}`);

  it("gives the vectors of its embedder, one for each text, in order", async () => {
    const plain = new ConceptEmbedder();
    const cached = new CachedEmbedder(new ConceptEmbedder(), new MemoryCache());
    const expected = (await plain.embed(texts, signal)).map((vector) => vector.map(Math.fround));
    expect(await cached.embed(texts, signal)).toEqual(expected);
    expect(await cached.embed(texts, signal)).toEqual(expected);
  });

  it("asks for each text once, across restarts", async () => {
    const cache = new MemoryCache();
    const embedder = new ConceptEmbedder();
    await new CachedEmbedder(embedder, cache).embed(texts, signal);
    expect(embedder.asked).toHaveLength(150);
    await new CachedEmbedder(embedder, cache).embed([...texts, "a new one"], signal);
    expect(embedder.asked).toHaveLength(151);
  });

  it("does not mix the vectors of two models", async () => {
    const cache = new MemoryCache();
    const [one] = await new CachedEmbedder(new ConceptEmbedder([], "one"), cache).embed(["text"], signal);
    const [two] = await new CachedEmbedder(new ConceptEmbedder([], "two"), cache).embed(["text"], signal);
    expect(one).not.toEqual(two);
  });

  it("keeps what it got before a failure", async () => {
    const cache = new MemoryCache();
    const embedder = new ConceptEmbedder();
    await new CachedEmbedder(embedder, cache).embed(texts.slice(0, 64), signal);
    embedder.failure = new TransientError("rate_limited", "too many requests");
    await expect(new CachedEmbedder(embedder, cache).embed(texts, signal)).rejects.toBe(embedder.failure);
    embedder.failure = null;
    await new CachedEmbedder(embedder, cache).embed(texts, signal);
    expect(embedder.asked).toHaveLength(150);
  });

  it("stops when nobody waits any more", async () => {
    const cached = new CachedEmbedder(new ConceptEmbedder(), new MemoryCache());
    await expect(cached.embed(texts, AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
  });
});

function chunk(id: string, text: string): Chunk {
  const metadata = { title: "Guide", heading_path: ["Guide"], location: "guide.md" };
  return { chunk_id: id as ChunkId, document_id: "guide" as DocumentId, text, metadata };
}
