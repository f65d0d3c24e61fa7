import type { CallId, RunId } from "../../../domain/ids.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { actingAs } from "../identity.ts";
import { type Route, route } from "../route.ts";
import { Cancelled, Recorded } from "../schemas/answers.ts";
import { Approval, Cancellation, NewFeedback } from "../schemas/requests.ts";

const CANCEL_REASON = "cancelled by the client";

/** What people decide about a run: approve, cancel, rate. */
export function decisionRoutes({
  approveRun,
  cancelRun,
  recordFeedback,
  readRuns,
}: HttpDependencies): readonly Route[] {
  return [
    route({
      method: "POST",
      path: "/runs/{run_id}/approval",
      tag: "Decisions",
      summary: "Decide what a run waits for",
      description:
        "About a tool call, or about an answer that failed verification. `arguments` approves a call with edited arguments. The same decision again has no effect.",
      body: { schema: Approval, required: true },
      responses: { 200: { description: "The decision is recorded.", schema: Recorded } },
      handle: async (ctx, { params, body, caller }) => {
        const run_id = params.run_id as RunId;
        await readRuns.state(run_id, caller.tenant_id);
        const { decision, call_id, digest, comment } = body;
        await approveRun.execute(run_id, {
          decision,
          user_id: actingAs(caller, body.identity).user_id,
          ...(call_id !== undefined && { call_id: call_id as CallId }),
          ...(body.arguments !== undefined && { arguments: body.arguments }),
          ...(digest !== undefined && { digest }),
          ...(comment !== undefined && { comment }),
        });
        ctx.body = { status: "recorded" };
      },
    }),

    route({
      method: "POST",
      path: "/runs/{run_id}/cancel",
      tag: "Decisions",
      summary: "Cancel a run",
      description: "At any moment. Cancelling again has no effect; 409 when the run ended otherwise.",
      body: { schema: Cancellation, required: false },
      responses: {
        202: { description: "The run is cancelled; what it has under way stops.", schema: Cancelled },
      },
      handle: async (ctx, { params, body, caller }) => {
        const run_id = params.run_id as RunId;
        await readRuns.state(run_id, caller.tenant_id);
        const { user_id } = actingAs(caller, body.identity);
        await cancelRun.execute(run_id, { user_id, reason: body.reason || CANCEL_REASON });
        ctx.status = 202;
        ctx.body = { status: "cancelled" };
      },
    }),

    route({
      method: "POST",
      path: "/feedback",
      tag: "Decisions",
      summary: "Rate an answer",
      body: { schema: NewFeedback, required: true },
      responses: { 201: { description: "The feedback is recorded.", schema: Recorded } },
      handle: async (ctx, { body, caller }) => {
        const { score, reason, final_text, message, context, mode, identity } = body;
        const run_id = body.run_id as RunId;
        ctx.state.run_id = run_id;
        const state = await readRuns.state(run_id, caller.tenant_id);
        await recordFeedback.execute({
          run_id,
          tenant_id: state.tenant_id,
          user_id: actingAs(caller, identity).user_id,
          score,
          ...(reason !== undefined && { reason }),
          ...(final_text !== undefined && { final_text }),
          ...(message !== undefined && { message }),
          ...(context !== undefined && { context }),
          ...(mode !== undefined && { mode }),
        });
        ctx.status = 201;
        ctx.body = { status: "recorded" };
      },
    }),
  ];
}
