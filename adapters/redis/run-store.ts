import { LeaseLost, UnknownRunError, VersionConflict } from "../../domain/errors.ts";
import type { RunId } from "../../domain/ids.ts";
import type {
  Commit,
  CreateResult,
  NewRun,
  RunQuery,
  RunStore,
  StoredRun,
} from "../../domain/ports/run-store.ts";
import type { Delivery } from "../../domain/ports/work-queue.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import type { RunSummary } from "../../domain/run/summary.ts";
import type { ToolRequest } from "../../domain/tools/tool.ts";
import type { RedisConnection } from "./connection.ts";
import {
  decodeEvent,
  decodeStoredRun,
  decodeSummary,
  type EncodedRun,
  type EncodedSummary,
  encodeEvent,
  milliseconds,
} from "./encoding.ts";
import { keys } from "./keys.ts";
import { QUEUES } from "./queues.ts";

type CreateReply =
  | ["created"]
  | ["duplicate", entry: string]
  | ["exists"]
  | ["busy", run_id: RunId]
  | ["refused", scope: "tenant" | "global"];

type CommitReply = ["committed"] | ["unknown"] | ["fenced"] | ["conflict", actual: number];

/** What an idempotency key led to. */
type IdempotencyEntry = { readonly run_id: RunId; readonly fingerprint: string };

/** RunStore in Redis: a list of events and a hash per run; every change is one script. */
export class RedisRunStore implements RunStore {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async create(run: NewRun): Promise<CreateResult> {
    const { run_id, events, summary, snapshot, limits, idempotency } = run;
    const { tenant_id, conversation_id, status } = summary;
    const entry = idempotency && { run_id, fingerprint: idempotency.fingerprint };
    const reply = (await this.#connection.commands.script(
      "create",
      [keys.run(run_id), keys.events(run_id), keys.idempotency(tenant_id, idempotency?.key ?? "")],
      [
        run_id,
        tenant_id,
        conversation_id,
        status,
        JSON.stringify(summary),
        snapshot === undefined ? null : JSON.stringify(snapshot),
        snapshot?.last_seq ?? null,
        milliseconds(run.due_at),
        limits.tenant,
        limits.global,
        entry === undefined ? null : JSON.stringify(entry),
        idempotency === undefined ? null : wholeMilliseconds(idempotency.ttl_seconds),
        run.multitask_strategy,
        events.map(encodeEvent),
        run.request_tools.flatMap(encodeRequest),
      ],
    )) as CreateReply;
    switch (reply[0]) {
      case "created":
      case "exists":
        return { status: reply[0] };
      case "duplicate":
        return { status: "duplicate", ...(JSON.parse(reply[1]) as IdempotencyEntry) };
      case "busy":
        return { status: "busy", run_id: reply[1] };
      case "refused":
        return { status: "refused", scope: reply[1], limit: limits[reply[1]] ?? 0 };
      default:
        return reply satisfies never;
    }
  }

  async commit(commit: Commit): Promise<void> {
    const { run_id, expected_version, fence, events, progress, snapshot, effects } = commit;
    const acknowledged = effects.ack && QUEUES[effects.ack.queue];
    const reply = (await this.#connection.commands.script(
      "commit",
      [keys.run(run_id), keys.events(run_id)],
      [
        run_id,
        expected_version,
        fence?.owner ?? null,
        fence?.epoch ?? null,
        progress?.status ?? null,
        progress === undefined ? null : JSON.stringify(progress),
        snapshot === undefined ? null : JSON.stringify(snapshot),
        snapshot?.last_seq ?? null,
        milliseconds(effects.due_at),
        effects.wake,
        effects.release,
        acknowledged?.stream ?? null,
        acknowledged?.group ?? null,
        (effects.ack satisfies Delivery<unknown> | undefined)?.message_id ?? null,
        effects.expire_after_seconds === undefined ? null : wholeMilliseconds(effects.expire_after_seconds),
        events.map(encodeEvent),
        effects.ended_calls,
        effects.request_tools.flatMap(encodeRequest),
      ],
    )) as CommitReply;
    switch (reply[0]) {
      case "committed":
        return;
      case "unknown":
        throw new UnknownRunError(run_id);
      case "fenced":
        throw new LeaseLost(run_id, fence?.epoch ?? 0);
      case "conflict":
        throw new VersionConflict(run_id, expected_version, reply[1]);
      default:
        return reply satisfies never;
    }
  }

  async load(run_id: RunId): Promise<StoredRun | null> {
    const reply = await this.#connection.commands.script("load", [keys.run(run_id), keys.events(run_id)], []);
    return reply === null ? null : decodeStoredRun(reply as EncodedRun);
  }

  async events(
    run_id: RunId,
    { after, limit }: { readonly after: number; readonly limit: number },
  ): Promise<readonly RunEvent[] | null> {
    const key = keys.events(run_id);
    const { commands } = this.#connection;
    const found = await commands.command((redis) => redis.lrange(key, after, after + limit - 1));
    if (found.length > 0) return found.map(decodeEvent);
    return (await commands.command((redis) => redis.exists(key))) === 1 ? [] : null;
  }

  async heads(run_ids: readonly RunId[]): Promise<ReadonlyMap<RunId, number>> {
    if (run_ids.length === 0) return new Map();
    const { commands } = this.#connection;
    const heads = (await commands.script("listHeads", run_ids.map(keys.run), [])) as (string | null)[];
    return new Map(
      run_ids.flatMap((run_id, index) => (heads[index] ? [[run_id, Number(heads[index])] as const] : [])),
    );
  }

  async list({
    tenant_id,
    status,
    conversation_id,
    before,
    limit,
    cursor,
  }: RunQuery): Promise<{ readonly runs: readonly RunSummary[]; readonly next_cursor: string | null }> {
    const [next_cursor, listed] = (await this.#connection.commands.script(
      "list",
      [],
      [
        tenant_id === undefined ? [] : [tenant_id],
        status ?? null,
        conversation_id === undefined ? [] : [conversation_id],
        limit,
        // A position in the index; a text that is none is no cursor of ours.
        cursor !== undefined && /^\d+$/.test(cursor) ? cursor : null,
        before ?? null,
      ],
    )) as [string | null, EncodedSummary[]];
    return { runs: listed.map(decodeSummary), next_cursor };
  }
}

function encodeRequest({ call_id, tool_name, arguments: args }: ToolRequest): readonly string[] {
  return [call_id, tool_name, JSON.stringify(args)];
}

function wholeMilliseconds(seconds: number): number {
  return Math.max(1, Math.round(seconds * 1000));
}
