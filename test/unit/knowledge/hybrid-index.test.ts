import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HybridKnowledgeIndex, type HybridOptions } from "../../../adapters/knowledge/hybrid-index.ts";
import { TerminalError, TransientError } from "../../../domain/errors.ts";
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

const PARAPHRASE = "upgrade machines: downtime of customers?";
const LIMITED = new TransientError("rate_limited", "too many requests");

let embedder: ConceptEmbedder;
let log: RecordingLog;
let index: HybridKnowledgeIndex;

describe("HybridKnowledgeIndex", () => {
  beforeEach(async () => {
    embedder = new ConceptEmbedder(SYNONYMS);
    log = new RecordingLog();
    index = new HybridKnowledgeIndex(embedder, log);
    await index.replace(CHUNKS, "v1");
  });

  it("finds what is said in other words, when it stands out", async () => {
    expect(await search(PARAPHRASE)).toEqual({ found: ["upgrades"], degraded: null });
  });

  it("finds what is said in the same words first", async () => {
    expect((await search("What is a lease?")).found[0]).toBe("leases");
  });

  it("finds nothing where neither words nor meaning tell of it", async () => {
    expect((await search("Tell me a story about a dragon")).found).toEqual([]);
  });

  it("answers by words alone while questions cannot be embedded, and says so", async () => {
    embedder.failure = LIMITED;
    expect(await search("What is a lease?")).toEqual({
      found: ["leases"],
      degraded: "the question could not be embedded (rate_limited), words alone found the evidence",
    });
    expect(warnings()).toEqual([expect.stringMatching(/^warn questions cannot be embedded/)]);
  });

  it("leaves a server alone that has just failed, so that a dead one does not cost each run its time", async () => {
    embedder.failure = LIMITED;
    await search("What is a lease?");
    embedder.failure = null;
    const before = embedder.asked.length;
    const { degraded } = await search("What is a lease?");
    expect(degraded).toMatch(/^questions cannot be embedded for the moment/);
    expect(embedder.asked).toHaveLength(before);
    expect(warnings()).toHaveLength(1);
  });

  it("waits for a question's vector for some seconds at most", { timeout: 10_000 }, async () => {
    embedder.until = new Promise(() => undefined);
    const { found, degraded } = await search("What is a lease?");
    expect(found).toEqual(["leases"]);
    expect(degraded).toContain("model_timeout");
  });

  it("lets a search that is given up end at once", async () => {
    embedder.until = new Promise(() => undefined);
    const gone = new AbortController();
    const reason = new Error("cancelled");
    const searching = index.search("What is a lease?", 5, gone.signal);
    gone.abort(reason);
    await expect(searching).rejects.toBe(reason);
    expect(warnings()).toEqual([]);
  });

  it("asks nobody when there is nothing to find", async () => {
    await index.replace([], "v2");
    const before = embedder.asked.length;
    expect(await search("What is a lease?")).toEqual({ found: [], degraded: null });
    expect(embedder.asked).toHaveLength(before);
  });

  it("asks nobody about a question without words", async () => {
    const before = embedder.asked.length;
    expect(await search("  ")).toEqual({ found: [], degraded: null });
    expect(embedder.asked).toHaveLength(before);
  });
});

describe("the vectors of a corpus", () => {
  beforeEach(() => {
    embedder = new ConceptEmbedder(SYNONYMS);
    log = new RecordingLog();
  });
  afterEach(() => index.close());

  it("come behind when they take longer than patience, and words answer until then", async () => {
    const made = Promise.withResolvers<void>();
    embedder.until = made.promise;
    await open({ patience_ms: 1 });
    expect(index.version()).toBe("v1");
    expect(await search("What is a lease?")).toEqual({
      found: ["leases"],
      degraded: "the documents are still being embedded, words alone found the evidence",
    });
    made.resolve();
    await expect.poll(async () => (await search(PARAPHRASE)).found).toEqual(["upgrades"]);
    expect((await search("What is a lease?")).degraded).toBeNull();
  });

  it("are tried for again when they fail for now, and that is told once", { timeout: 10_000 }, async () => {
    embedder.failure = LIMITED;
    await open();
    expect((await search("What is a lease?")).degraded).toMatch(/^the documents could not be embedded yet/);
    embedder.failure = null;
    await expect.poll(async () => (await search(PARAPHRASE)).found, { timeout: 5000 }).toEqual(["upgrades"]);
    expect(warnings()).toEqual([expect.stringMatching(/^warn the documents could not be embedded yet/)]);
    expect(log.lines.at(-1)).toMatch(/^info documents embedded/);
  });

  it("are not tried for again when the server has no such model, and every search says so", async () => {
    embedder.failure = new TerminalError("embeddings_missing", "no such model");
    await open();
    embedder.failure = null;
    expect(await search("What is a lease?")).toEqual({
      found: ["leases"],
      degraded: "the documents could not be embedded (embeddings_missing), words alone found the evidence",
    });
    expect(warnings()).toEqual([
      expect.stringMatching(/^warn the documents cannot be embedded.*OPENAI_EMBEDDING_MODEL/),
    ]);
    expect(embedder.asked).toEqual([]);
  });

  it("are not missed when nobody asked for them and the server has none", async () => {
    embedder.failure = new TerminalError("embeddings_missing", "no such model");
    await open({ optional: true });
    expect(await search("What is a lease?")).toEqual({ found: ["leases"], degraded: null });
    expect(warnings()).toHaveLength(1);
  });

  it("are made anew when the model makes others than it made for the documents", async () => {
    await open();
    embedder.dimensions = 64;
    expect((await search(PARAPHRASE)).degraded).toMatch(/^the documents are being embedded anew/);
    await expect.poll(() => search(PARAPHRASE)).toEqual({ found: ["upgrades"], degraded: null });
  });

  it("are not made any more once the index is closed, or another corpus is there", async () => {
    const never = new Promise(() => undefined);
    embedder.until = never;
    await open({ patience_ms: 1 });
    embedder.until = null;
    await index.replace(CHUNKS.slice(0, 2), "v2");
    expect(embedder.asked).toHaveLength(2);
    embedder.until = never;
    await index.replace(CHUNKS, "v3");
    await index.close();
    expect((await search("What is a lease?")).found).toEqual(["leases"]);
    expect(warnings()).toEqual([]);
  });

  async function open(options: Partial<HybridOptions> = {}): Promise<void> {
    index = new HybridKnowledgeIndex(embedder, log, options);
    await index.replace(CHUNKS, "v1");
  }
});

async function search(query: string) {
  const { chunks, degraded } = await index.search(query, 5, new AbortController().signal);
  return { found: chunks.map(({ chunk_id }) => chunk_id), degraded };
}

function warnings(): string[] {
  return log.lines.filter((line) => line.startsWith("warn"));
}

function chunk(id: string, text: string): Chunk {
  const metadata = { title: "Guide", heading_path: ["Guide"], location: "guide.md" };
  return { chunk_id: id as ChunkId, document_id: "guide" as DocumentId, text, metadata };
}
