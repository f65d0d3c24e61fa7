import type { Admission } from "../../domain/ports/admission.ts";
import type { RedisConnection } from "./connection.ts";
import { keys } from "./keys.ts";

/** Admission in Redis: the sets of runs that have not ended, which create.lua and commit.lua maintain. */
export class RedisAdmission implements Admission {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  active(tenant_id?: string): Promise<number> {
    const key = tenant_id === undefined ? keys.open : keys.openOf(tenant_id);
    return this.#connection.commands.command((redis) => redis.zcard(key));
  }
}
