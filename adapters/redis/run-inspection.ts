import type { CallId, RunId, WorkerId } from "../../domain/ids.ts";
import type { RunCustody, RunInspection } from "../../domain/ports/run-inspection.ts";
import { isEnded, type RunStatus } from "../../domain/run/state.ts";
import type { RedisConnection } from "./connection.ts";
import { isMissingGroup } from "./errors.ts";
import { keys } from "./keys.ts";
import { RUN_QUEUE } from "./queues.ts";

const CALL = "call:";
/** The place in the queue is looked for among this many messages; behind them it does not matter which. */
const PLACES = 10_000;

/** RunInspection in Redis: the lease and ledger fields of a run's hash, and its place in the run queue. */
export class RedisRunInspection implements RunInspection {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async inspect(run_id: RunId): Promise<RunCustody | null> {
    const { commands } = this.#connection;
    const key = keys.run(run_id);
    const [exists, lease, fields, behind, queued] = await Promise.all([
      commands.command((redis) => redis.exists(key)),
      commands.command((redis) => redis.hmget(key, "owner", "epoch", "status")),
      commands.command((redis) => redis.hkeys(key)),
      commands.script("listTurnsBefore", [key], [run_id]) as Promise<RunId[]>,
      this.#queued(run_id),
    ]);
    if (exists === 0) return null;
    // Empty once it was given back.
    const owner = (lease[0] || null) as WorkerId | null;
    const epoch = Number(lease[1] ?? 0);
    return {
      epoch,
      lease: owner === null ? null : { owner, epoch, owner_alive: await this.#isAlive(owner) },
      behind,
      queued,
      // What the run's end left open is void.
      begun_calls: isEnded(lease[2] as RunStatus)
        ? []
        : await this.#begunCalls(
            key,
            fields.filter((field) => field.startsWith(CALL)),
          ),
    };
  }

  async #begunCalls(key: string, fields: readonly string[]): Promise<RunCustody["begun_calls"]> {
    if (fields.length === 0) return [];
    const entries = await this.#connection.commands.command((redis) => redis.hmget(key, ...fields));
    const calls = await Promise.all(
      fields.map(async (field, index) => {
        const [, attempt, worker_id] = /^(\d+):(.*)$/.exec(entries[index] ?? "") ?? [];
        if (!worker_id) return [];
        return [
          {
            call_id: field.slice(CALL.length) as CallId,
            attempt: Number(attempt),
            worker_id: worker_id as WorkerId,
            worker_alive: await this.#isAlive(worker_id as WorkerId),
          },
        ];
      }),
    );
    return calls.flat();
  }

  async #queued(run_id: RunId): Promise<RunCustody["queued"]> {
    const { stream } = RUN_QUEUE;
    const { commands } = this.#connection;
    const messages = await commands.command((redis) => redis.xrange(stream, "-", "+", "COUNT", PLACES));
    const position = messages.findIndex(([, fields]) => fields[0] === "run_id" && fields[1] === run_id);
    const message_id = messages[position]?.[0];
    if (message_id === undefined) return null;
    return { position, pending_with: await this.#holder(message_id) };
  }

  async #holder(message_id: string): Promise<WorkerId | null> {
    const { stream, group } = RUN_QUEUE;
    try {
      const pending = (await this.#connection.commands.command((redis) =>
        redis.xpending(stream, group, message_id, message_id, 1),
      )) as [id: string, consumer: WorkerId][];
      return pending[0]?.[1] ?? null;
    } catch (error) {
      if (isMissingGroup(error)) return null;
      throw error;
    }
  }

  async #isAlive(worker_id: WorkerId): Promise<boolean> {
    return (await this.#connection.commands.command((redis) => redis.exists(keys.worker(worker_id)))) === 1;
  }
}
