import type { RunId } from "../../../domain/ids.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { actingAs } from "../identity.ts";
import { type Route, route } from "../route.ts";
import { Fork, ForkHeaders } from "../schemas/requests.ts";
import { Accepted } from "../schemas/runs.ts";

/** Branching runs. */
export function forkRoutes({ forkRun, readRuns }: HttpDependencies): readonly Route[] {
  return [
    route({
      method: "POST",
      path: "/runs/{run_id}/fork",
      tag: "Runs",
      summary: "Branch a run",
      description:
        "Starts a new run whose first events are those of this one up to `from_seq`, in a conversation of its own. It goes on live from there: what was allowed and had not ended is executed anew, and a person is asked again about what was approved and had not ended.",
      headers: ForkHeaders,
      body: { schema: Fork, required: true },
      responses: {
        200: { description: "The branch of an earlier request with this Idempotency-Key.", schema: Accepted },
        201: {
          description: "The branch is accepted and durable.",
          schema: Accepted,
          headers: { Location: "Where the branch is." },
        },
      },
      handle: async (ctx, { params, headers, body, caller }) => {
        const { from_seq, identity } = body;
        const idempotency_key = headers["Idempotency-Key"];
        const { run_id, created } = await forkRun.execute({
          run_id: params.run_id as RunId,
          from_seq,
          tenant_id: caller.tenant_id ?? identity?.tenant_id ?? null,
          user_id: actingAs(caller, identity).user_id,
          ...(idempotency_key !== undefined && { idempotency_key }),
        });
        const { situation } = await readRuns.state(run_id, null);
        ctx.state.run_id = run_id;
        ctx.set("Location", `/runs/${run_id}`);
        ctx.status = created ? 201 : 200;
        ctx.body = { ok: true, run_id, status: situation.status };
      },
    }),
  ];
}
