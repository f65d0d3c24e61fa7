import { Buffer } from "node:buffer";
import { EMBEDDINGS_KEPT_SECONDS, type EmbeddingCache } from "../../domain/ports/embedding-cache.ts";
import type { RedisConnection } from "./connection.ts";
import { keys } from "./keys.ts";

/** EmbeddingCache in Redis, shared by all workers: 32-bit floats as bytes, one round trip a call. */
export class RedisEmbeddingCache implements EmbeddingCache {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async load(wanted: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    const found = await this.#connection.commands.command(async (redis) => {
      const pipeline = redis.pipeline();
      for (const key of wanted) pipeline.getexBuffer(keys.embedding(key), "EX", EMBEDDINGS_KEPT_SECONDS);
      return answers(await pipeline.exec());
    });
    return new Map(
      wanted.flatMap((key, n) => {
        const bytes = found[n];
        return bytes instanceof Buffer && bytes.length > 0 && bytes.length % 4 === 0
          ? [[key, new Float32Array(Uint8Array.from(bytes).buffer)] as const]
          : [];
      }),
    );
  }

  async save(vectors: ReadonlyMap<string, Float32Array>): Promise<void> {
    await this.#connection.commands.command(async (redis) => {
      const pipeline = redis.pipeline();
      for (const [key, { buffer, byteOffset, byteLength }] of vectors) {
        const bytes = Buffer.from(buffer, byteOffset, byteLength);
        pipeline.set(keys.embedding(key), bytes, "EX", EMBEDDINGS_KEPT_SECONDS);
      }
      answers(await pipeline.exec());
    });
  }
}

function answers(results: [Error | null, unknown][] | null): unknown[] {
  return (results ?? []).map(([error, answer]) => {
    if (error !== null) throw error;
    return answer;
  });
}
