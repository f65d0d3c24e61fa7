import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CachedEmbedder } from "../../../adapters/knowledge/cached-embedder.ts";
import { FileEmbeddingCache } from "../../../adapters/knowledge/file-embedding-cache.ts";
import { PrometheusMeter } from "../../../adapters/telemetry/prometheus-meter.ts";
import { TransientError } from "../../../domain/errors.ts";
import type { Embedder } from "../../../domain/ports/embedder.ts";
import { ConceptEmbedder } from "../../support/concept-embedder.ts";
import { RecordingLog } from "../../support/mcp/recording-log.ts";

const SIGNAL = new AbortController().signal;
const TEXTS = Array.from({ length: 300 }, (_, n) => `text number ${n % 150}`);
const DISTINCT = [...new Set(TEXTS)];

let directory: string;
let log: RecordingLog;
let meter: PrometheusMeter;

beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "baton-embeddings-"));
  log = new RecordingLog();
  meter = new PrometheusMeter();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe("CachedEmbedder", () => {
  it("gives the vectors of its embedder, one for each text, in order", async () => {
    const expected = await new ConceptEmbedder().embed(TEXTS, "document", SIGNAL);
    const cached = restarted(new ConceptEmbedder());
    expect(await documents(cached)).toEqual(expected);
    expect(await documents(cached)).toEqual(expected);
    expect(await documents(restarted(new ConceptEmbedder()))).toEqual(expected);
  });

  it("asks for each text once, across restarts, and counts what it asked for", async () => {
    const embedder = new ConceptEmbedder();
    await documents(restarted(embedder));
    expect(embedder.asked.toSorted()).toEqual(DISTINCT.toSorted());
    await documents(restarted(embedder), [...TEXTS, "a new one"]);
    expect(embedder.asked.slice(150)).toEqual(["a new one"]);
    const { body } = await meter.text();
    expect(body).toContain('baton_embedded_texts_total{from="model"} 151');
    expect(body).toContain('baton_embedded_texts_total{from="cache"} 150');
  });

  it("does not mix the vectors of two models", async () => {
    const [one] = await documents(restarted(new ConceptEmbedder([], "one")), ["text"]);
    const [two] = await documents(restarted(new ConceptEmbedder([], "two")), ["text"]);
    expect(one).not.toEqual(two);
  });

  it("keeps what it got before a failure", async () => {
    const embedder = new ConceptEmbedder();
    await documents(restarted(embedder), DISTINCT.slice(0, 64));
    embedder.failure = new TransientError("rate_limited", "too many requests");
    await expect(documents(restarted(embedder))).rejects.toBe(embedder.failure);
    embedder.failure = null;
    await documents(restarted(embedder));
    expect(embedder.asked).toHaveLength(150);
  });

  it("keeps what comes in beside a request that fails", async () => {
    const embedder = new ConceptEmbedder();
    const failure = new TransientError("rate_limited", "too many requests");
    let requests = 0;
    const failing: Embedder = {
      model: embedder.model,
      embed: (...args) => {
        requests += 1;
        return requests === 2 ? Promise.reject(failure) : embedder.embed(...args);
      },
    };
    await expect(documents(restarted(failing))).rejects.toBe(failure);
    expect(requests).toBe(3);
    await documents(restarted(embedder));
    expect(embedder.asked).toHaveLength(150);
    expect(new Set(embedder.asked).size).toBe(150);
  });

  it("makes everything anew when the model makes vectors of another length", async () => {
    const embedder = new ConceptEmbedder();
    await documents(restarted(embedder));
    embedder.dimensions = 64;
    const vectors = await documents(restarted(embedder), [...TEXTS, "a new one"]);
    expect(new Set(vectors.map(({ length }) => length))).toEqual(new Set([64]));
    expect(embedder.asked).toHaveLength(150 + 151);
    await documents(restarted(embedder));
    expect(embedder.asked).toHaveLength(150 + 151);
  });

  it("gives up on a model whose vectors are never of one length", async () => {
    const embedder = new ConceptEmbedder();
    const fickle: Embedder = {
      model: embedder.model,
      embed: (...args) => {
        embedder.dimensions += 1;
        return embedder.embed(...args);
      },
    };
    await expect(documents(restarted(fickle))).rejects.toMatchObject({ code: "embedding_mismatch" });
  });

  it("asks for every query, and keeps none", async () => {
    const embedder = new ConceptEmbedder();
    const cached = restarted(embedder);
    await cached.embed(["why?"], "query", SIGNAL);
    await cached.embed(["why?"], "query", SIGNAL);
    await documents(cached, ["why?"]);
    expect(embedder.asked).toEqual(["why?", "why?", "why?"]);
  });

  it("gives what it got though it cannot be kept, and says so once", async () => {
    await rm(directory, { recursive: true });
    await writeFile(directory, "a file, where a folder should be");
    const cached = restarted(new ConceptEmbedder());
    expect(await documents(cached)).toHaveLength(300);
    expect(log.lines).toEqual([expect.stringMatching(/^warn vectors of documents cannot be kept/)]);
  });

  it("stops when nobody waits any more", async () => {
    const reason = new Error("gone");
    const cached = restarted(new ConceptEmbedder());
    await expect(cached.embed(TEXTS, "document", AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

/** As a process finds it that starts on what earlier ones left. */
function restarted(embedder: Embedder): CachedEmbedder {
  return new CachedEmbedder({ embedder, cache: new FileEmbeddingCache(directory), log, meter });
}

function documents(embedder: Embedder, texts: readonly string[] = TEXTS): Promise<readonly Float32Array[]> {
  return embedder.embed(texts, "document", SIGNAL);
}
