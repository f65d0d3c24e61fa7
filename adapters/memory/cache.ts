import type { Json } from "../../domain/json.ts";
import type { Cache } from "../../domain/ports/cache.ts";

/** Cache in the memory of one process: the least recently used of more than `capacity` values is dropped. */
export class MemoryCache implements Cache {
  readonly #capacity: number;
  readonly #entries = new Map<string, { readonly value: Json; readonly expires_at: number }>();

  constructor(capacity = 1000) {
    this.#capacity = capacity;
  }

  async get(key: string): Promise<Json | undefined> {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (entry.expires_at <= performance.now()) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  async set(key: string, value: Json, ttl_seconds: number): Promise<void> {
    this.#entries.delete(key);
    this.#entries.set(key, { value, expires_at: performance.now() + ttl_seconds * 1000 });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#capacity && oldest !== undefined) this.#entries.delete(oldest);
  }
}
