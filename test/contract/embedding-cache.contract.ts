import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EmbeddingCache } from "../../domain/ports/embedding-cache.ts";

/** A place that outlives processes, for one test. */
export interface KeptEmbeddings extends AsyncDisposable {
  /** Another process on the same place. */
  open(): EmbeddingCache;
}

export function embeddingCacheContract(name: string, create: () => Promise<KeptEmbeddings>): void {
  describe(`EmbeddingCache: ${name}`, () => {
    let place: KeptEmbeddings;
    let cache: EmbeddingCache;
    const one = Float32Array.of(1, -0.5, 3.4028234663852886e38, 1e-45);
    const two = Float32Array.of(0.1, 0.2, 0.3, 0);

    beforeEach(async () => {
      place = await create();
      cache = place.open();
    });
    afterEach(() => place[Symbol.asyncDispose]());

    it("gives back what was saved, to the bit, and leaves out what was not", async () => {
      await cache.save(new Map([["one", one]]));
      expect(await cache.load(["two", "one"])).toEqual(new Map([["one", one]]));
    });

    it("is empty at first, takes nothing and is asked for nothing", async () => {
      expect(await cache.load(["one"])).toEqual(new Map());
      await cache.save(new Map());
      expect(await cache.load([])).toEqual(new Map());
    });

    it("keeps what another process saved", async () => {
      await cache.save(new Map(Object.entries({ one, two })));
      expect(await place.open().load(["one", "two"])).toEqual(new Map(Object.entries({ one, two })));
    });

    it("keeps the vector that was saved last", async () => {
      await cache.save(new Map([["key", one]]));
      await place.open().save(new Map([["key", two]]));
      expect(await cache.load(["key"])).toEqual(new Map([["key", two]]));
    });

    it("saves a part of a larger array as that part alone", async () => {
      await cache.save(new Map([["part", Float32Array.of(9, 1, 2, 9).subarray(1, 3)]]));
      expect(await cache.load(["part"])).toEqual(new Map([["part", Float32Array.of(1, 2)]]));
    });

    it("takes hundreds at once, from several processes at once", async () => {
      const vectors = new Map(Array.from({ length: 300 }, (_, n) => [`key${n}`, Float32Array.of(n, n / 3)]));
      await Promise.all([place.open(), place.open(), cache].map((each) => each.save(vectors)));
      expect(await cache.load([...vectors.keys()])).toEqual(vectors);
    });
  });
}
