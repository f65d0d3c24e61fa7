import type { Timestamp } from "../../domain/ids.ts";
import type { MinuteCount, Throughput } from "../../domain/ports/throughput.ts";
import type { RedisConnection } from "./connection.ts";

const MINUTE_MS = 60_000;

/** Throughput in Redis: counts that create.lua and commit.lua keep. */
export class RedisThroughput implements Throughput {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async perMinute(minutes: number): Promise<readonly MinuteCount[]> {
    const counts = (await this.#connection.commands.script("listMinutes", [], [minutes])) as [
      minute: number,
      accepted: string | null,
      ended: string | null,
    ][];
    return counts.map(([minute, accepted, ended]) => ({
      minute: new Date(minute * MINUTE_MS).toISOString() as Timestamp,
      accepted: Number(accepted ?? 0),
      ended: Number(ended ?? 0),
    }));
  }
}
