import type { WorkerId } from "../../domain/ids.ts";
import type { WorkerEntry, WorkerRegistry } from "../../domain/ports/worker-registry.ts";
import type { RedisConnection } from "./connection.ts";
import { keys } from "./keys.ts";

/** WorkerRegistry in Redis: a key with a time to live per worker. */
export class RedisWorkerRegistry implements WorkerRegistry {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async renew(worker: WorkerEntry): Promise<boolean> {
    const { worker_id, ttl_seconds } = worker;
    const stood = await this.#connection.commands.script(
      "renew",
      [keys.worker(worker_id)],
      [worker_id, JSON.stringify(worker), Math.round(ttl_seconds * 1000)],
    );
    return stood === 1;
  }

  async withdraw(worker_id: WorkerId): Promise<void> {
    await this.#connection.commands.command((redis) =>
      redis.multi().del(keys.worker(worker_id)).srem(keys.workers, worker_id).exec(),
    );
  }

  async alive(): Promise<readonly WorkerEntry[]> {
    const entries = await this.#connection.commands.script("listWorkers", [], []);
    return (entries as string[]).map(decodeEntry);
  }
}

/** The stored entry holds more (see renew.lua). */
function decodeEntry(text: string): WorkerEntry {
  const { worker_id, kind, started_at, ttl_seconds } = JSON.parse(text) as WorkerEntry;
  return { worker_id, kind, started_at, ttl_seconds };
}
