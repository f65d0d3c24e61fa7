import type { ServerTarget } from "../../adapters/mcp/server-config.ts";
import { createBehavingServer } from "../support/mcp/behaving-server.ts";
import { HttpMcpServer } from "../support/mcp/http-mcp-server.ts";
import { http, memory, server, stdio, TestToolbox } from "../support/mcp/test-toolbox.ts";
import { type InvokerUnderTest, toolInvokerContract } from "./tool-invoker.contract.ts";

async function over(target: ServerTarget, close?: () => Promise<void>): Promise<InvokerUnderTest> {
  const test = await TestToolbox.open([server("behaving", target)]);
  return {
    invoker: test.toolbox,
    async [Symbol.asyncDispose]() {
      await test[Symbol.asyncDispose]();
      await close?.();
    },
  };
}

toolInvokerContract("MCP in memory", () => over(memory(() => createBehavingServer())));

toolInvokerContract("MCP over stdio", () => over(stdio("behaving-stdio.ts")));

toolInvokerContract("MCP over Streamable HTTP", async () => {
  const remote = await new HttpMcpServer(() => createBehavingServer()).start();
  return over(http(remote.url), () => remote.stop());
});

toolInvokerContract("MCP over HTTP+SSE", async () => {
  const remote = await new HttpMcpServer(() => createBehavingServer()).start();
  return over({ kind: "sse", url: remote.sse_url, headers: {} }, () => remote.stop());
});
