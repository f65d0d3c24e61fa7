import type { RunId, Timestamp, WorkerId } from "../../domain/ids.ts";
import type { Claim, RunLease } from "../../domain/ports/run-lease.ts";
import type { Fence } from "../../domain/ports/run-store.ts";
import type { RedisConnection } from "./connection.ts";
import { decodeStoredRun, type EncodedRun, milliseconds } from "./encoding.ts";
import { keys } from "./keys.ts";

type ClaimReply =
  | ["claimed", epoch: number, ...run: EncodedRun]
  | ["held", WorkerId]
  | ["waits", RunId[]]
  | ["unknown"];

/** RunLease in Redis: owner and epoch in the run's hash. */
export class RedisRunLease implements RunLease {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async claim(run_id: RunId, owner: WorkerId): Promise<Claim> {
    const reply = (await this.#connection.commands.script(
      "claim",
      [keys.run(run_id), keys.events(run_id)],
      [run_id, owner],
    )) as ClaimReply;
    switch (reply[0]) {
      case "claimed": {
        const [status, epoch, ...run] = reply;
        return { status, fence: { owner, epoch }, run: decodeStoredRun(run) };
      }
      case "held":
        return { status: "held", owner: reply[1] };
      case "waits":
        return { status: "waits", behind: reply[1] };
      case "unknown":
        return { status: "unknown" };
      default:
        return reply satisfies never;
    }
  }

  async release(run_id: RunId, fence: Fence, version: number, due_at: Timestamp | null): Promise<boolean> {
    const released = await this.#connection.commands.script(
      "release",
      [keys.run(run_id)],
      [run_id, fence.owner, fence.epoch, version, milliseconds(due_at)],
    );
    return released === 1;
  }
}
