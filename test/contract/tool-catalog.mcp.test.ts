import { githubServer } from "../../adapters/mcp/github-server.ts";
import { createBehavingServer } from "../support/mcp/behaving-server.ts";
import { memory, server, TestToolbox } from "../support/mcp/test-toolbox.ts";
import { toolCatalogContract } from "./tool-catalog.contract.ts";

toolCatalogContract("MCP servers, two of them with the same tools and one that lacks its token", async () => {
  const test = await TestToolbox.open([
    server(
      "one",
      memory(() => createBehavingServer()),
    ),
    server(
      "two",
      memory(() => createBehavingServer({ page_size: 3 })),
    ),
    githubServer({ token: null, read_only: true, url: null }),
  ]);
  return { catalog: test.toolbox, [Symbol.asyncDispose]: () => test[Symbol.asyncDispose]() };
});
