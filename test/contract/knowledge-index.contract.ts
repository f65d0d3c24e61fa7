import { describe, expect, it } from "vitest";
import type { ChunkId, DocumentId } from "../../domain/ids.ts";
import type { Chunk } from "../../domain/knowledge/chunk.ts";
import type { KnowledgeIndex } from "../../domain/ports/knowledge-index.ts";

const TOPICS = {
  Tides: "The moon pulls the sea, so that the water rises and falls twice a day.",
  Anchors: "An anchor holds the ship in the bottom of the sea by its flukes.",
  Sails: "A sail turns the wind into motion of the ship.",
  Knots: "A bowline is a knot that makes a loop which does not slip.",
  Lighthouses: "A lighthouse warns ships of rocks by a beam of light.",
  Compasses: "A compass needle points to the magnetic north pole.",
  Charts: "A chart shows depths, rocks and lighthouses to whoever steers the ship.",
  Galleys: "Cooks prepare soup and bread in the galley, the kitchen of a ship.",
};

/** What everybody who searches a KnowledgeIndex relies on. */
export function knowledgeIndexContract(name: string, open: () => KnowledgeIndex): void {
  describe(`KnowledgeIndex: ${name}`, () => {
    const handbook = corpus("handbook", TOPICS);

    it("has no version and no answers before it is filled", async () => {
      const index = open();
      expect(index.version()).toBeNull();
      expect(await search(index, "What is an anchor?")).toEqual([]);
    });

    it("finds the chunk that answers, whole, with a score", async () => {
      const index = await filled(handbook);
      const [best] = await search(index, "How does a compass work?");
      expect(best).toEqual({ ...handbook[5], score: expect.any(Number) });
      expect(index.version()).toBe("v1");
    });

    it("returns the best first, and no more than asked for", async () => {
      const index = await filled(handbook);
      const all = await search(index, "ship lighthouse rocks", 100);
      const scores = all.map(({ score }) => score);
      expect(all.length).toBeGreaterThan(2);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      expect(new Set(all.map(({ chunk_id }) => chunk_id)).size).toBe(all.length);
      expect(await search(index, "ship lighthouse rocks", 2)).toEqual(all.slice(0, 2));
    });

    it.each([
      "Tell me a story about a dragon",
      "Who won the football match in Madrid?",
      "",
      "?!",
      "the of and",
    ])("answers nothing to %j, which no chunk is about", async (query) => {
      expect(await search(await filled(handbook), query)).toEqual([]);
    });

    it("gives the same answer each time, and in each process", async () => {
      const once = await search(await filled(handbook), "which light warns a ship of rocks?");
      const again = await filled(handbook);
      expect(await search(again, "which light warns a ship of rocks?")).toEqual(once);
      expect(await search(again, "which light warns a ship of rocks?")).toEqual(once);
    });

    it("replaces the whole corpus", async () => {
      const index = await filled(handbook);
      await index.replace(corpus("other", { Bees: "Bees make honey of nectar." }), "v2");
      expect(index.version()).toBe("v2");
      expect(await search(index, "anchor")).toEqual([]);
      expect(await search(index, "honey")).toHaveLength(1);
      await index.replace([], "v3");
      expect(index.version()).toBe("v3");
      expect(await search(index, "honey")).toEqual([]);
    });

    it("searches the old or the new corpus while one replaces the other, never a part", async () => {
      const size = 1500;
      const index = await filled(corpus("old", numbered(size)), "old");
      const replacing = index.replace(corpus("new", numbered(size)), "new");
      let searches = 0;
      for (let done = false; !done; searches += 1) {
        done = index.version() === "new";
        const found = await search(index, "anchor", 2 * size);
        expect(found).toHaveLength(size);
        expect(new Set(found.map(({ document_id }) => document_id)).size).toBe(1);
        await new Promise(setImmediate);
      }
      expect(searches).toBeGreaterThan(1);
      await replacing;
    });

    it("keeps the latest of two corpora that are given at once", async () => {
      const index = open();
      await Promise.all([
        index.replace(corpus("old", numbered(1500)), "old"),
        index.replace(corpus("new", { Anchors: TOPICS.Anchors }), "new"),
      ]);
      expect(index.version()).toBe("new");
      expect(await search(index, "anchor", 10)).toHaveLength(1);
    });

    it("does not search for whoever is gone", async () => {
      const index = await filled(handbook);
      const reason = new Error("cancelled");
      await expect(index.search("anchor", 5, AbortSignal.abort(reason))).rejects.toBe(reason);
    });

    it("takes a message of any length", async () => {
      const index = await filled(handbook);
      const page = Array.from({ length: 6000 }, (_, n) => `word${n % 3000}`).join(" ");
      expect(await search(index, page)).toEqual([]);
      await expect(search(index, `${page} ${TOPICS.Anchors}`)).resolves.toBeInstanceOf(Array);
    });

    async function filled(chunks: readonly Chunk[], version = "v1"): Promise<KnowledgeIndex> {
      const index = open();
      await index.replace(chunks, version);
      return index;
    }
  });
}

async function search(index: KnowledgeIndex, query: string, limit = 5) {
  const { chunks } = await index.search(query, limit, new AbortController().signal);
  return chunks;
}

function corpus(document: string, topics: Readonly<Record<string, string>>): Chunk[] {
  return Object.entries(topics).map(([heading, text]) => ({
    chunk_id: `${document}#${heading.toLowerCase()}-1` as ChunkId,
    document_id: document as DocumentId,
    text,
    metadata: { title: document, heading_path: [document, heading], location: `${document}.md` },
  }));
}

function numbered(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`Anchor ${n}`, TOPICS.Anchors]));
}
