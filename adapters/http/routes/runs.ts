import type { StartRunRequest } from "../../../application/start-run.ts";
import type { RunId } from "../../../domain/ids.ts";
import { viewOf } from "../../../domain/run/summary.ts";
import { parseTraceparent } from "../../../domain/trace/identifiers.ts";
import type { Context } from "../context.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { actingAs } from "../identity.ts";
import type { LongRequests } from "../long-requests.ts";
import { preferredWait } from "../prefer.ts";
import { type Route, route } from "../route.ts";
import { linked, shown } from "../run-resource.ts";
import { NewRun, NewRunHeaders, RunListQuery } from "../schemas/requests.ts";
import { Accepted, AwaitedRun, Run, RunList } from "../schemas/runs.ts";

const PAGE = 50;

/** Starting runs, listing them, and looking at one. */
export function runRoutes(
  { startRun, readRuns, awaitRun }: HttpDependencies,
  longRequests: LongRequests,
): readonly Route[] {
  return [
    route({
      method: "POST",
      path: "/runs",
      tag: "Runs",
      summary: "Start a run",
      description:
        "Answers as soon as the run is durable, without waiting for a worker; with `Prefer: wait=N` it holds the answer until the run ends.",
      headers: NewRunHeaders,
      body: { schema: NewRun, required: true },
      responses: {
        200: {
          description:
            "The run of an earlier request with this Idempotency-Key, or a run that ended in the time given.",
          schema: AwaitedRun,
        },
        201: {
          description: "The run is accepted and durable.",
          schema: Accepted,
          headers: { Location: "Where the run is." },
        },
        202: {
          description: "The run has not ended in the time given with `Prefer: wait`.",
          schema: AwaitedRun,
        },
      },
      handle: async (ctx, { headers, body, caller }) => {
        const { identity, mode = "answer", ...asked } = body;
        const { message, context, conversation_id, multitask_strategy, metadata } = asked;
        const run_id = headers["X-Run-Id"] ?? headers.X_Run_Id;
        const traceparent = headers.traceparent;
        const request = {
          message,
          mode,
          ...(context !== undefined && { context }),
          ...(conversation_id !== undefined && { conversation_id }),
          ...(multitask_strategy !== undefined && { multitask_strategy }),
          ...(metadata !== undefined && { metadata }),
          ...actingAs(caller, identity),
          ...(run_id !== undefined && { run_id: run_id as RunId }),
          ...(headers["Idempotency-Key"] !== undefined && { idempotency_key: headers["Idempotency-Key"] }),
          ...(traceparent !== undefined && parseTraceparent(traceparent) !== null && { traceparent }),
        };
        const seconds = preferredWait(headers.Prefer ?? "");
        if (seconds !== null) return hold(ctx, request, seconds);
        const run = await startRun.execute(request);
        locate(ctx, run.run_id);
        if (run.created) {
          ctx.status = 201;
          ctx.body = { ok: true, run_id: run.run_id, status: "queued" };
        } else {
          const state = await readRuns.state(run.run_id, caller.tenant_id);
          ctx.status = 200;
          ctx.body = { ok: true, ...shown(viewOf(state)) };
        }
      },
    }),

    route({
      method: "GET",
      path: "/runs",
      tag: "Runs",
      summary: "List runs, newest first",
      query: RunListQuery,
      responses: { 200: { description: "One page of runs.", schema: RunList } },
      handle: async (ctx, { query, caller }) => {
        const { status, conversation_id, limit = PAGE, cursor } = query;
        const tenant_id = caller.tenant_id ?? query.tenant_id;
        if (query.tenant_id !== undefined && query.tenant_id !== tenant_id) {
          ctx.body = { runs: [], next_cursor: null };
          return;
        }
        const { runs, next_cursor } = await readRuns.list({
          limit,
          ...(tenant_id !== undefined && { tenant_id }),
          ...(status !== undefined && { status }),
          ...(conversation_id !== undefined && { conversation_id }),
          ...(cursor !== undefined && { cursor: decodeCursor(cursor) }),
        });
        ctx.body = {
          runs: runs.map(linked),
          next_cursor: next_cursor === null ? null : encodeCursor(next_cursor),
        };
      },
    }),

    route({
      method: "GET",
      path: "/runs/{run_id}",
      tag: "Runs",
      summary: "Look at a run",
      responses: { 200: { description: "The run as it is now.", schema: Run } },
      handle: async (ctx, { params, caller }) => {
        ctx.body = shown(viewOf(await readRuns.state(params.run_id as RunId, caller.tenant_id)));
      },
    }),
  ];

  /** Answers when the run ends, or when the time is up: 200 or 202. */
  async function hold(ctx: Context, request: StartRunRequest, seconds: number): Promise<void> {
    using held = longRequests.open(ctx.res, seconds * 1000);
    const view = await awaitRun.execute(request, held.signal);
    ctx.state.long = true;
    locate(ctx, view.summary.run_id);
    ctx.set("Preference-Applied", `wait=${seconds}`);
    ctx.status = view.summary.ended_at === null ? 202 : 200;
    ctx.body = { ok: true, ...shown(view) };
  }
}

function locate(ctx: Context, run_id: RunId): void {
  ctx.state.run_id = run_id;
  ctx.set("Location", `/runs/${run_id}`);
}
