import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RunClient } from "../../adapters/cli/run-client.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import { BatonProcess } from "../support/baton-process.ts";
import { Cluster } from "../support/cluster.ts";
import { EmbeddingServer } from "../support/embedding-server.ts";
import { OpenAiServer } from "../support/openai-server.ts";

const QUESTION = "What is a lease?";
const SECTIONS = 100;

let server: EmbeddingServer;
let directory: string;

beforeEach(async () => {
  server = await EmbeddingServer.start();
  directory = await mkdtemp(path.join(os.tmpdir(), "baton-embeddings-"));
  await mkdir(path.join(directory, "docs"));
  await writeDocument();
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const NOT_EMBEDDED = "the documents cannot be embedded, words alone find them";

describe("a single process that is killed and started again", { timeout: 60_000 }, () => {
  it("embeds the documents once, and then what has changed", async () => {
    for (const _ of ["first", "second"]) {
      await using engine = await startSingle();
      await engine.logged("documents embedded");
      await engine.kill();
      expect(documents()).toHaveLength(SECTIONS + 1);
    }
    await writeDocument("A timer wakes a run when it is due.");
    await using engine = await startSingle();
    await engine.logged("documents embedded");
    expect(documents().slice(SECTIONS + 1)).toEqual([expect.stringContaining("A timer wakes a run")]);
  });

  it("goes on where it was killed, with what it had no answer to", async () => {
    const never = Promise.withResolvers<null>();
    server.script = (_, count) => (count === 1 ? never.promise : null);
    await using first = await startSingle();
    await expect.poll(() => server.requests.length).toBe(2);
    const [answered, unanswered] = server.requests.map(({ input }) => input);
    await expect.poll(cachedVectors).toBe(answered?.length);
    await first.kill();
    await using second = await startSingle();
    await second.logged("documents embedded");
    expect(documents().toSorted()).toEqual(
      [...(answered ?? []), ...(unanswered ?? []), ...(unanswered ?? [])].toSorted(),
    );
  });

  it("embeds anew when the cache was deleted", async () => {
    await using first = await startSingle();
    await first.logged("documents embedded");
    await first.kill();
    await rm(path.join(directory, "cache"), { recursive: true });
    await using second = await startSingle();
    await second.logged("documents embedded");
    expect(documents()).toHaveLength(2 * (SECTIONS + 1));
  });
});

describe("workflow workers that are killed and started again", { timeout: 60_000 }, () => {
  it("share what one of them has embedded, by way of Redis", async () => {
    await using cluster = await Cluster.start({ env: environment() });
    const [first] = cluster.workflow_workers;
    await first?.logged("documents embedded");
    const second = await cluster.startWorkflowWorker();
    await second.logged("documents embedded");
    await Promise.all([first?.kill(), second.kill()]);
    const third = await cluster.startWorkflowWorker();
    await third.logged("documents embedded");
    expect(documents()).toHaveLength(SECTIONS + 1);
    const events = await cluster.until(await cluster.ask(QUESTION));
    expect(outcomeOf(events)).toEqual({ outcome: "success", degraded: [] });
    expect(server.texts.at(-1)).toBe(QUESTION);
  });
});

describe("a run", { timeout: 60_000 }, () => {
  it("finds what is said in other words", async () => {
    await server[Symbol.asyncDispose]();
    server = await EmbeddingServer.start(() => null, [["lease", "tenure"]]);
    await using engine = await startSingle();
    const events = await ask(engine, "tenure");
    const found = events.flatMap((event) =>
      event.type === "retrieval.completed" ? event.data.chunk_ids : [],
    );
    expect(found).toEqual(["guide#leases-1"]);
  });

  it("is answered by words, and says so, while the server is silent; and no start waits for it", async () => {
    const released = Promise.withResolvers<null>();
    server.script = () => released.promise;
    await using engine = await startSingle();
    expect(outcomeOf(await ask(engine))).toEqual({
      outcome: "success",
      degraded: ["the documents are still being embedded, words alone found the evidence"],
    });
    released.resolve(null);
    await engine.logged("documents embedded");
    expect(outcomeOf(await ask(engine))).toEqual({ outcome: "success", degraded: [] });
  });

  it("is answered by words, and says so, when its question cannot be embedded", async () => {
    server.script = ({ input }) => (input[0] === QUESTION ? { status: 500 } : null);
    await using engine = await startSingle();
    const reason = "the question could not be embedded (model_error), words alone found the evidence";
    expect(outcomeOf(await ask(engine))).toEqual({ outcome: "success", degraded: [reason] });
  });

  it("says so each time when the server lacks the model that was asked for, which the log says once", async () => {
    server.script = () => ({ status: 404, body: { error: { message: "model not found" } } });
    await using engine = await startSingle({ OPENAI_EMBEDDING_MODEL: "gone" });
    const degraded = [
      "the documents could not be embedded (embeddings_missing), words alone found the evidence",
    ];
    expect(outcomeOf(await ask(engine))).toEqual({ outcome: "success", degraded });
    expect(outcomeOf(await ask(engine))).toEqual({ outcome: "success", degraded });
    expect(engine.lines.filter(({ msg }) => msg === NOT_EMBEDDED)).toHaveLength(1);
    expect(server.requests).toHaveLength(1);
  });

  it("misses nothing when its model's server makes no embeddings, and nobody asked for any", async () => {
    await using chat = await OpenAiServer.start(() => [
      { text: "A lease is a right [guide#leases-1]." },
      { finish: "stop" },
    ]);
    await using engine = await startSingle({
      OPENAI_API_KEY: "sk-test-0123456789",
      OPENAI_BASE_URL: chat.url,
      OPENAI_EMBEDDING_BASE_URL: "",
    });
    expect(outcomeOf(await ask(engine))).toEqual({ outcome: "success", degraded: [] });
    expect(engine.lines.filter(({ msg }) => msg === NOT_EMBEDDED)).toMatchObject([{ level: "warn" }]);
  });

  it("is embedded by nobody when embeddings are off", async () => {
    await using engine = await startSingle({ OPENAI_EMBEDDING_MODEL: "off" });
    expect(outcomeOf(await ask(engine))).toEqual({ outcome: "success", degraded: [] });
    expect(server.requests).toEqual([]);
  });
});

async function writeDocument(last = "A queue keeps messages in order."): Promise<void> {
  const sections = Array.from(
    { length: SECTIONS - 1 },
    (_, n) => `## Part ${n}\n\nThis part is about x${n} and y${n}.\n`,
  );
  const leases = "## Leases\n\nA lease is the right to drive a run.\n";
  const text = ["# Guide\n", leases, ...sections, `## Last\n\n${last}\n`].join("\n");
  await writeFile(path.join(directory, "docs", "guide.md"), text);
}

function environment(): Record<string, string> {
  return {
    OPENAI_EMBEDDING_BASE_URL: server.url,
    KNOWLEDGE_DIR: path.join(directory, "docs"),
    CACHE_DIR: path.join(directory, "cache"),
  };
}

function startSingle(env: Readonly<Record<string, string>> = {}): Promise<BatonProcess> {
  return BatonProcess.start("local", { PORT: "0", ...environment(), ...env }, "listening");
}

async function cachedVectors(): Promise<number> {
  const cached = await readdir(path.join(directory, "cache"), { recursive: true, withFileTypes: true });
  return cached.filter((entry) => entry.isFile() && !entry.name.includes(".")).length;
}

/** The texts of documents that were sent, each as often as it was. */
function documents(): readonly string[] {
  return server.texts.filter((text) => text.startsWith("Guide"));
}

async function ask(engine: BatonProcess, message = QUESTION): Promise<readonly RunEvent[]> {
  const { port } = await engine.logged("listening");
  const client = new RunClient(`http://127.0.0.1:${String(port)}`, null);
  const run_id = await client.start({ message });
  return Array.fromAsync(client.follow(run_id, AbortSignal.timeout(30_000)));
}

function outcomeOf(events: readonly RunEvent[]) {
  const degraded = events.flatMap((event) =>
    event.type === "degraded.mode.entered" && event.data.scope === "retrieval" ? [event.data.reason] : [],
  );
  const last = events.at(-1);
  return { outcome: last?.type === "run.completed" ? last.data.outcome : last?.type, degraded };
}
