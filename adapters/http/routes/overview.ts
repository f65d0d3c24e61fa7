import type { HttpDependencies } from "../dependencies.ts";
import { type Route, route } from "../route.ts";
import { Operations } from "../schemas/operations.ts";

export function overviewRoutes({
  readOperations,
}: Pick<HttpDependencies, "readOperations">): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/operations",
      tag: "Operations",
      summary: "How is the deployment doing?",
      description:
        "The workers alive, what waits in each queue and for how long, what was given up on, and how many runs came and went in the last minutes. An API key sees the active runs and dead letters of its own tenant.",
      responses: { 200: { description: "The deployment now.", schema: Operations } },
      handle: async (ctx, { caller }) => {
        ctx.body = await readOperations.execute(caller.tenant_id);
      },
    }),
  ];
}
