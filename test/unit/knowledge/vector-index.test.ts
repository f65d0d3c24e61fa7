import { describe, expect, it } from "vitest";
import { fuse } from "../../../adapters/knowledge/fusion.ts";
import { VectorIndex } from "../../../adapters/knowledge/vector-index.ts";
import type { ChunkId, DocumentId } from "../../../domain/ids.ts";
import type { Chunk } from "../../../domain/knowledge/chunk.ts";
import { ConceptEmbedder } from "../../support/concept-embedder.ts";

const SIGNAL = new AbortController().signal;

describe("VectorIndex", () => {
  it("ranks by the angle, whatever the length", () => {
    const index = new VectorIndex([vector(0, 5), vector(3, 3), vector(0.1, 0)]);
    const found = index.nearest(vector(2, 0.1), 3);
    expect(found.map(({ position }) => position)).toEqual([2, 1, 0]);
    expect(found[0]?.similarity).toBeCloseTo(1, 2);
    expect(index.nearest(vector(2, 0.1), 1)).toHaveLength(1);
  });

  it("tells what stands out from what is nearest by chance", async () => {
    const texts = Array.from({ length: 500 }, (_, n) => `page${n} number${n}`);
    const embedder = new ConceptEmbedder();
    const index = new VectorIndex(await embedder.embed(texts, "document", SIGNAL));
    const questions = Array.from({ length: 200 }, (_, n) => `question${n} other${n}`);
    const unrelated = await embedder.embed(questions, "query", SIGNAL);
    expect(unrelated.filter((query) => index.nearest(query, 1)[0]?.standsOut)).toEqual([]);
    const [related = vector(0)] = await embedder.embed(["page77 number77 again"], "query", SIGNAL);
    expect(index.nearest(related, 2)).toEqual([
      { position: 77, similarity: expect.any(Number), isNear: true, standsOut: true },
      expect.objectContaining({ standsOut: false }),
    ]);
  });

  it("finds nothing in nothing, and nothing outstanding among equals", () => {
    expect(new VectorIndex([]).nearest(vector(1), 5)).toEqual([]);
    const equals = new VectorIndex([vector(1, 1), vector(1, 1)]).nearest(vector(1, 0), 5);
    expect(equals.map(({ isNear, standsOut }) => [isNear, standsOut])).toEqual([
      [false, false],
      [false, false],
    ]);
  });

  it("compares no vectors of different lengths", () => {
    expect(() => new VectorIndex([vector(1, 2), vector(1)])).toThrow(RangeError);
    expect(() => new VectorIndex([vector(1, 2)]).nearest(vector(1), 1)).toThrow(RangeError);
  });
});

describe("fusion", () => {
  it("puts first what several rankings put high, then what one of them puts first", () => {
    expect(
      ids(
        fuse([
          [chunk("a"), chunk("b")],
          [chunk("c"), chunk("b")],
        ]),
      ),
    ).toEqual(["b", "a", "c"]);
  });

  it("keeps a single ranking as it is", () => {
    const ranking = ["c", "a", "b"].map(chunk);
    expect(ids(fuse([ranking, []]))).toEqual(["c", "a", "b"]);
    expect(ids(fuse([[], ranking]))).toEqual(["c", "a", "b"]);
  });
});

function vector(...components: readonly number[]): Float32Array {
  return Float32Array.from(components);
}

function chunk(id: string): Chunk {
  return { chunk_id: id as ChunkId, document_id: "guide" as DocumentId, text: id, metadata: {} };
}

function ids(chunks: readonly Chunk[]): readonly string[] {
  return chunks.map(({ chunk_id }) => chunk_id);
}
