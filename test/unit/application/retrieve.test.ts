import { expect, it } from "vitest";
import { HybridKnowledgeIndex } from "../../../adapters/knowledge/hybrid-index.ts";
import { MemoryCache } from "../../../adapters/memory/cache.ts";
import { RandomIds } from "../../../adapters/telemetry/random-ids.ts";
import { SystemClock } from "../../../adapters/telemetry/system-clock.ts";
import { RetrieveStep } from "../../../application/steps/retrieve.ts";
import type { ChunkId, DocumentId } from "../../../domain/ids.ts";
import type { Observation } from "../../../domain/run/events.ts";
import { ConceptEmbedder } from "../../support/concept-embedder.ts";
import { stateAfter } from "../../support/given.ts";
import { RecordingLog } from "../../support/mcp/recording-log.ts";
import { start } from "../../support/run-commands.ts";

const LEASE = {
  chunk_id: "guide#leases-1" as ChunkId,
  document_id: "guide" as DocumentId,
  text: "A lease is the right to drive a run.",
  metadata: { title: "Guide", heading_path: ["Guide", "Leases"], location: "guide.md" },
};

it("keeps what a query found, but not what it found while the search was degraded", async () => {
  const embedder = new ConceptEmbedder();
  const embedded = Promise.withResolvers<void>();
  embedder.until = embedded.promise;
  const index = new HybridKnowledgeIndex(embedder, new RecordingLog(), { patience_ms: 1 });
  await index.replace([LEASE], "v1");
  const ports = { index, cache: new MemoryCache(), clock: new SystemClock(), ids: new RandomIds() };
  const settings = { input: true, context: true, tool: true, output: true, secrets: [] };
  const step = new RetrieveStep(ports, settings, { cache_seconds: 60 });

  expect(await observed(step)).toEqual([
    "cache.miss",
    "degraded.mode.entered retrieval: the documents are still being embedded, words alone found the evidence",
  ]);
  embedded.resolve();
  await expect.poll(() => observed(step)).toEqual(["cache.miss"]);
  expect(await observed(step)).toEqual(["cache.hit"]);
});

async function observed(step: RetrieveStep): Promise<string[]> {
  const observations: Observation[] = [];
  const context = {
    signal: new AbortController().signal,
    observe: (...more: readonly Observation[]) => void observations.push(...more),
    flush: async () => undefined,
  };
  const completed = await step.execute(stateAfter(start({ message: "What is a lease?" })), context);
  expect(completed.result).toMatchObject({ chunks: [{ chunk_id: LEASE.chunk_id }] });
  return observations
    .filter(({ type }) => type !== "retrieval.started")
    .map(({ type, data }) => ("scope" in data ? `${type} ${data.scope}: ${data.reason}` : type));
}
