import { fileURLToPath } from "node:url";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { AjvSchemaValidator } from "../../../adapters/json-schema/ajv-validator.ts";
import type { ConnectionTiming } from "../../../adapters/mcp/mcp-connection.ts";
import { McpToolbox } from "../../../adapters/mcp/mcp-toolbox.ts";
import type { McpServerConfig, ServerTarget } from "../../../adapters/mcp/server-config.ts";
import type { CallId, RunId } from "../../../domain/ids.ts";
import type { JsonObject } from "../../../domain/json.ts";
import type { ToolDescriptor, ToolOutput, ToolProgress } from "../../../domain/tools/tool.ts";
import { RecordingLog } from "./recording-log.ts";

/** A server's configuration with nothing special in it. */
export function server(
  server_id: string,
  target: ServerTarget,
  changes: Partial<McpServerConfig> = {},
): McpServerConfig {
  return { server_id, source: "mcp", target, tools: [], expected_tools: [], secrets: [], ...changes };
}

export function memory(create: () => Server): ServerTarget {
  // The configuration asks for the high-level class; all that is done with it is `connect`.
  return { kind: "memory", create: async () => create() as unknown as McpServer };
}

export function stdio(
  script: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): ServerTarget {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return { kind: "stdio", command: process.execPath, args: [path, ...args], env };
}

export function http(url: string, headers: Record<string, string> = {}): ServerTarget {
  return { kind: "http", url, headers };
}

/** The real toolbox with short intervals, and what it told its listeners. */
export class TestToolbox implements AsyncDisposable {
  readonly log = new RecordingLog();
  readonly problems: string[] = [];
  readonly progress: ToolProgress[] = [];
  readonly toolbox: McpToolbox;
  #calls = 0;

  private constructor(servers: readonly McpServerConfig[], timing: Partial<ConnectionTiming>) {
    this.toolbox = new McpToolbox(servers, {
      client: { name: "baton-test", version: "1.0.0" },
      validator: new AjvSchemaValidator(),
      log: this.log,
      timing: { backoff_first: 20, backoff_max: 200, stable_after: 1_000, ...timing },
      events: { onservererror: (server_id, { message }) => this.problems.push(`${server_id}: ${message}`) },
    });
  }

  /** Connected to all servers that can be reached. */
  static async open(
    servers: readonly McpServerConfig[],
    timing: Partial<ConnectionTiming> = {},
  ): Promise<TestToolbox> {
    const test = new TestToolbox(servers, timing);
    await test.toolbox.start();
    await test.toolbox.settled(AbortSignal.timeout(20_000));
    return test;
  }

  call(tool_name: string, args: JsonObject = {}, signal = AbortSignal.timeout(20_000)): Promise<ToolOutput> {
    this.#calls += 1;
    const call_id = `call-${this.#calls}` as CallId;
    const request = { run_id: "run-1" as RunId, call_id, tool_name, arguments: args };
    return this.toolbox.invoke(request, signal, (progress) => this.progress.push(progress));
  }

  /** What a call said, or `code: message` of how it failed. */
  async outcome(tool_name: string, args: JsonObject = {}, signal?: AbortSignal): Promise<string> {
    try {
      const { content } = await this.call(tool_name, args, signal);
      return content.map((part) => ("text" in part ? part.text : part.type)).join("\n");
    } catch (error) {
      const { code, message } = error as Error & { readonly code?: string };
      return `${code}: ${message}`;
    }
  }

  async tool(name: string): Promise<ToolDescriptor | undefined> {
    return (await this.toolbox.list()).find((tool) => tool.name === name);
  }

  async names(): Promise<readonly string[]> {
    return (await this.toolbox.list()).map(({ name }) => name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.toolbox.close();
  }
}
