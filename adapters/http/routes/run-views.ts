import type { RunId } from "../../../domain/ids.ts";
import { toRunStateView, toWorkflowStateView } from "../../../domain/run/views.ts";
import { projectTrace } from "../../../domain/trace/project.ts";
import type { Caller } from "../context.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { type Route, route } from "../route.ts";
import { Diagnosis, RunState, WorkflowState } from "../schemas/runs.ts";
import { Spans, TraceAndSpans } from "../schemas/trace.ts";

/** What can be told of a run, each a projection of the same events. */
export function runViewRoutes({ readRuns, diagnoseRun }: HttpDependencies): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/runs/{run_id}/state",
      tag: "Runs",
      summary: "What a run has gathered",
      responses: { 200: { description: "The state now.", schema: RunState } },
      handle: async (ctx, { params, caller }) => {
        ctx.body = toRunStateView(await readRuns.state(params.run_id as RunId, caller.tenant_id));
      },
    }),

    route({
      method: "GET",
      path: "/runs/{run_id}/workflow",
      tag: "Runs",
      summary: "Where a run is on its way",
      responses: { 200: { description: "The workflow now.", schema: WorkflowState } },
      handle: async (ctx, { params, caller }) => {
        ctx.body = toWorkflowStateView(await readRuns.state(params.run_id as RunId, caller.tenant_id));
      },
    }),

    route({
      method: "GET",
      path: "/runs/{run_id}/trace",
      tag: "Runs",
      summary: "A run as a trace",
      responses: { 200: { description: "The trace so far.", schema: TraceAndSpans } },
      handle: async (ctx, { params, caller }) => {
        ctx.body = await traceOf(params.run_id as RunId, caller);
      },
    }),

    route({
      method: "GET",
      path: "/runs/{run_id}/spans",
      tag: "Runs",
      summary: "The spans of a run's trace",
      responses: { 200: { description: "The spans so far.", schema: Spans } },
      handle: async (ctx, { params, caller }) => {
        const { spans } = await traceOf(params.run_id as RunId, caller);
        ctx.body = { spans };
      },
    }),

    route({
      method: "GET",
      path: "/runs/{run_id}/diagnosis",
      tag: "Runs",
      summary: "Why a run is where it is",
      responses: {
        200: { description: "What it waits for, who holds it, what comes next.", schema: Diagnosis },
      },
      handle: async (ctx, { params, caller }) => {
        ctx.body = await diagnoseRun.execute(params.run_id as RunId, caller.tenant_id);
      },
    }),
  ];

  async function traceOf(run_id: RunId, { tenant_id }: Caller) {
    await readRuns.state(run_id, tenant_id);
    return projectTrace(await readRuns.history(run_id));
  }
}
