import type { CallId, RunId, WorkerId } from "../../domain/ids.ts";
import type { Beginning, EffectsLedger } from "../../domain/ports/effects-ledger.ts";
import type { RedisConnection } from "./connection.ts";
import { decodeStoredRun, type EncodedRun } from "./encoding.ts";
import { keys } from "./keys.ts";

type BeginReply =
  | ["begun", attempt: number, worker_id: WorkerId, ...run: EncodedRun]
  | ["begun_before", attempt: number, worker_id: WorkerId, ...run: EncodedRun]
  | ["void"];

/** EffectsLedger in Redis: a field per open call in the run's hash. */
export class RedisEffectsLedger implements EffectsLedger {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async begin(call: {
    readonly run_id: RunId;
    readonly call_id: CallId;
    readonly worker_id: WorkerId;
    readonly after_attempt: number;
  }): Promise<Beginning> {
    const reply = (await this.#connection.commands.script(
      "begin",
      [keys.run(call.run_id), keys.events(call.run_id)],
      [call.call_id, call.worker_id, call.after_attempt],
    )) as BeginReply;
    switch (reply[0]) {
      case "begun": {
        const [status, attempt, , ...run] = reply;
        return { status, attempt, run: decodeStoredRun(run) };
      }
      case "begun_before": {
        const [status, attempt, worker_id, ...run] = reply;
        return { status, attempt, worker_id, run: decodeStoredRun(run) };
      }
      case "void":
        return { status: "void" };
      default:
        return reply satisfies never;
    }
  }
}
