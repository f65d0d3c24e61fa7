import type { HttpDependencies } from "../dependencies.ts";
import { type Route, route } from "../route.ts";
import { ToolList } from "../schemas/answers.ts";

export function toolRoutes({ catalog }: HttpDependencies): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/tools",
      tag: "Tools",
      summary: "The tools this deployment offers",
      description: "Also those that are not available now, with the reason.",
      responses: { 200: { description: "The tools.", schema: ToolList } },
      handle: async (ctx) => {
        ctx.body = { tools: await catalog.list() };
      },
    }),
  ];
}
