import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bm25KnowledgeIndex } from "../../../adapters/knowledge/bm25-index.ts";
import { MarkdownDocumentSource } from "../../../adapters/knowledge/markdown-source.ts";
import { MemoryDatabase } from "../../../adapters/memory/database.ts";
import { MemoryRunStore } from "../../../adapters/memory/run-store.ts";
import { RandomIds } from "../../../adapters/telemetry/random-ids.ts";
import { SystemClock } from "../../../adapters/telemetry/system-clock.ts";
import { IngestKnowledge } from "../../../application/ingest-knowledge.ts";
import { KNOWLEDGE_INGESTION } from "../../../domain/ids.ts";
import { RecordingLog } from "../../support/mcp/recording-log.ts";

describe("IngestKnowledge", () => {
  let directory: string;
  let store: MemoryRunStore;
  let log: RecordingLog;

  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), "baton-knowledge-"));
    store = new MemoryRunStore(new MemoryDatabase());
    log = new RecordingLog();
    write("leases.md", "# Leases\n\nA lease names the worker that drives a run.\n");
    write(
      "anchors.md",
      "# Anchors\n\nAn anchor holds a ship.\n\n## Flukes\n\nFlukes dig into the ground of the sea.\n",
    );
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("makes the documents searchable", async () => {
    const { index, ingest } = process();
    expect(await ingest.execute()).toEqual({
      documents: 2,
      chunks: 3,
      corpus_version: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const { chunks: found } = await index.search("What is a lease?", 5, new AbortController().signal);
    expect(found.map(({ chunk_id }) => chunk_id)).toEqual(["leases#leases-1"]);
  });

  it("reports its start and its end under its own run id, numbered without a gap", async () => {
    const { index, ingest } = process();
    const { corpus_version } = await ingest.execute();
    expect(index.version()).toBe(corpus_version);
    expect(await events()).toMatchObject([
      {
        run_id: KNOWLEDGE_INGESTION,
        seq: 1,
        type: "knowledge.ingestion.started",
        data: { source: directory },
      },
      {
        run_id: KNOWLEDGE_INGESTION,
        seq: 2,
        type: "knowledge.ingestion.completed",
        data: { documents: 2, chunks: 3, corpus_version, duration_ms: expect.any(Number) },
      },
    ]);
  });

  it("names the same corpus the same, and a changed one anew", async () => {
    const version = async () => (await process().ingest.execute()).corpus_version;
    const before = await version();
    expect(await version()).toBe(before);
    write("leases.md", "# Leases\n\nA lease names the worker that holds a run.\n");
    const changed = await version();
    expect(changed).not.toBe(before);
    write("leases.md", "# Leases of runs\n\nA lease names the worker that holds a run.\n");
    expect(await version()).not.toBe(changed);
  });

  it("picks up changed, new and removed files when a process starts anew", async () => {
    await process().ingest.execute();
    rmSync(path.join(directory, "anchors.md"));
    write("sails.md", "# Sails\n\nA sail turns wind into motion.\n");
    const { index, ingest } = process();
    await ingest.execute();
    const signal = new AbortController().signal;
    expect((await index.search("anchor", 5, signal)).chunks).toEqual([]);
    expect((await index.search("sail", 5, signal)).chunks).toHaveLength(1);
  });

  it("lets processes that start together all report", async () => {
    await Promise.all(Array.from({ length: 10 }, () => process().ingest.execute()));
    const reported = (await events()) ?? [];
    expect(reported.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    expect(reported.filter(({ type }) => type === "knowledge.ingestion.completed")).toHaveLength(10);
  });

  it("lets what it reported expire, counted from the first report", async () => {
    await process(0.05).ingest.execute();
    await expect.poll(events).toBeNull();
    await process(0.05).ingest.execute();
    expect((await events())?.[0]).toMatchObject({ seq: 1 });
  });

  it("goes on without documents that it cannot read, and says so in the log", async () => {
    writeFileSync(path.join(directory, "broken.md"), Buffer.from([0xff, 0xfe]));
    expect(await process().ingest.execute()).toMatchObject({ documents: 2, chunks: 3 });
    expect(log.lines).toContainEqual(expect.stringMatching(/^warn .*broken\.md.*UTF-8/));
  });

  it("warns when there is nothing to answer from", async () => {
    rmSync(directory, { recursive: true });
    expect(await process().ingest.execute()).toMatchObject({ documents: 0, chunks: 0 });
    expect(log.lines).toContainEqual(expect.stringMatching(/^warn there is no knowledge/));
  });

  /** A process that starts: its index is its own, the store is everybody's. */
  function process(retention_seconds = 3600): { index: Bm25KnowledgeIndex; ingest: IngestKnowledge } {
    const index = new Bm25KnowledgeIndex();
    const source = new MarkdownDocumentSource(directory);
    const ports = { source, index, store, clock: new SystemClock(), ids: new RandomIds(), log };
    return { index, ingest: new IngestKnowledge(ports, { retention_seconds }) };
  }

  function write(name: string, text: string): void {
    writeFileSync(path.join(directory, name), text);
  }

  function events() {
    return store.events(KNOWLEDGE_INGESTION, { after: 0, limit: 100 });
  }
});
