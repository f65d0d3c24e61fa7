import type { Json } from "../../domain/json.ts";
import type { Cache } from "../../domain/ports/cache.ts";
import type { RedisConnection } from "./connection.ts";
import { keys } from "./keys.ts";

/** Cache in Redis, shared by all processes. */
export class RedisCache implements Cache {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async get(key: string): Promise<Json | undefined> {
    const text = await this.#connection.commands.command((redis) => redis.get(keys.cache(key)));
    return text === null ? undefined : (JSON.parse(text) as Json);
  }

  async set(key: string, value: Json, ttl_seconds: number): Promise<void> {
    const ttl_ms = Math.max(1, Math.round(ttl_seconds * 1000));
    await this.#connection.commands.command((redis) =>
      redis.set(keys.cache(key), JSON.stringify(value), "PX", ttl_ms),
    );
  }
}
