import type { Progress } from "@modelcontextprotocol/sdk/types.js";
import type { Log } from "../../domain/ports/log.ts";
import type { SchemaValidator } from "../../domain/ports/schema-validator.ts";
import type { ToolCatalog } from "../../domain/ports/tool-catalog.ts";
import type { ToolInvoker } from "../../domain/ports/tool-invoker.ts";
import type { Problem } from "../../domain/run/events.ts";
import type {
  ServerFault,
  ToolDescriptor,
  ToolOutput,
  ToolProgress,
  ToolRequest,
} from "../../domain/tools/tool.ts";
import { ToolCallError } from "../../domain/tools/tool-call-error.ts";
import { toToolCallError } from "./call-error.ts";
import { describeTool, unavailableReason } from "./describe-tool.ts";
import {
  type ConnectionState,
  type ConnectionTiming,
  DEFAULT_TIMING,
  McpConnection,
} from "./mcp-connection.ts";
import { ProcessGuard } from "./process-guard.ts";
import { readProgress, readResult } from "./read-result.ts";
import type { McpServerConfig, OfferedTool } from "./server-config.ts";
import { nameTools } from "./tool-names.ts";

/** Keys in the `_meta` of every `tools/call`. A server that keeps the first can tell a repeated call from a new one. */
export const IDEMPOTENCY_KEY = "baton/idempotency-key";
export const RUN_ID = "baton/run-id";

export interface McpToolboxOptions {
  /** How Baton introduces itself to servers. */
  readonly client: { readonly name: string; readonly version: string };
  readonly validator: SchemaValidator;
  readonly log: Log;
  readonly timing?: Partial<ConnectionTiming>;
  readonly events?: {
    /** A server cannot be reached or was lost, or a tool of it had to be left out. */
    readonly onservererror?: (server_id: string, problem: Problem) => void;
    /** The catalogue is not what it was. */
    readonly onchange?: () => void;
  };
}

/** One server as an operator sees it. */
export interface ServerStatus {
  readonly server_id: string;
  readonly status: ConnectionState["status"];
  readonly reason: string | null;
  readonly tools: number;
}

interface Entry {
  readonly connection: McpConnection;
  readonly tool: OfferedTool;
  readonly descriptor: ToolDescriptor;
}

/** The tools of all configured MCP servers under one roof, each call sent to the server whose tool it is. */
export class McpToolbox implements ToolCatalog, ToolInvoker {
  readonly #options: McpToolboxOptions;
  readonly #guard = new ProcessGuard();
  readonly #connections: readonly McpConnection[];
  readonly #everOffered = new Map<McpConnection, Set<string>>();
  #entries: ReadonlyMap<string, Entry> | undefined;

  constructor(servers: readonly McpServerConfig[], options: McpToolboxOptions) {
    this.#options = options;
    this.#connections = servers.map((server) => this.#connectionTo(server));
  }

  /** Starts to connect to all servers. Resolves when the built-in ones are there; the others may take their time. */
  async start(): Promise<void> {
    for (const connection of this.#connections) connection.start();
    const builtins = this.#connections.filter(({ server }) => server.source === "builtin");
    await Promise.all(builtins.map((connection) => connection.settled(AbortSignal.timeout(10_000))));
  }

  /** Resolves when each server has been reached or found unreachable once, or when `signal` aborts. */
  async settled(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.settled(signal)));
  }

  async list(): Promise<readonly ToolDescriptor[]> {
    return [...this.#catalog().values()].map(({ descriptor }) => descriptor);
  }

  /** Servers that are configured and cannot be reached now. */
  async faults(): Promise<readonly ServerFault[]> {
    return this.#connections.flatMap(({ server, state }) =>
      state.status === "failed" && server.target.kind !== "none"
        ? [{ server_id: server.server_id, reason: state.reason }]
        : [],
    );
  }

  servers(): readonly ServerStatus[] {
    return this.#connections.map(({ server, state, tools }) => ({
      server_id: server.server_id,
      status: state.status,
      reason: unavailableReason(server, state) ?? null,
      tools: tools?.length ?? 0,
    }));
  }

  async invoke(
    request: ToolRequest,
    signal: AbortSignal,
    onProgress: (progress: ToolProgress) => void = () => undefined,
  ): Promise<ToolOutput> {
    const entry = this.#catalog().get(request.tool_name);
    if (entry === undefined) {
      throw new ToolCallError("unavailable", `no MCP server offers a tool named ${request.tool_name}`);
    }
    const { connection, tool, descriptor } = entry;
    if (descriptor.unavailable_reason !== null) {
      throw new ToolCallError("unavailable", descriptor.unavailable_reason);
    }
    const { secrets } = connection.server;
    const call = {
      name: tool.name,
      arguments: request.arguments,
      meta: { [IDEMPOTENCY_KEY]: request.call_id, [RUN_ID]: request.run_id },
      onprogress: (told: Progress) => onProgress(readProgress(told, secrets)),
    };
    try {
      const result = await connection.call(call, signal);
      return readResult(result, tool, secrets, this.#options.validator);
    } catch (error) {
      throw toToolCallError(error, connection.server, signal);
    }
  }

  /** Ends all sessions, and the processes of servers that run as children. */
  async close(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
    this.#guard.close();
  }

  #connectionTo(server: McpServerConfig): McpConnection {
    const { client, log, timing, events } = this.#options;
    return new McpConnection(server, {
      client,
      guard: this.#guard,
      log,
      timing: { ...DEFAULT_TIMING, ...timing },
      events: {
        onchange: () => {
          this.#entries = undefined;
          events?.onchange?.();
        },
        onproblem: (message) => events?.onservererror?.(server.server_id, { code: "mcp_server", message }),
      },
    });
  }

  #catalog(): ReadonlyMap<string, Entry> {
    this.#entries ??= this.#entriesNow();
    return this.#entries;
  }

  #entriesNow(): ReadonlyMap<string, Entry> {
    const servers = this.#connections.map((connection) => ({ connection, tools: this.#toolsOf(connection) }));
    const names = nameTools(
      servers.map(({ connection, tools }) => ({
        server_id: connection.server.server_id,
        builtin: connection.server.source === "builtin",
        tools: tools.map(({ name }) => name),
        ever_offered: this.#remember(connection),
      })),
    );
    const entries = new Map<string, Entry>();
    for (const [name, { server_id, tool: own }] of names) {
      const server = servers.find(({ connection }) => connection.server.server_id === server_id);
      const tool = server?.tools.find((candidate) => candidate.name === own);
      if (server === undefined || tool === undefined) continue;
      const { connection } = server;
      entries.set(name, {
        connection,
        tool,
        descriptor: describeTool(name, tool, connection.server, connection.state),
      });
    }
    return entries;
  }

  /** What the server offers; what it is expected to, unless another really does, as long as nobody knows. */
  #toolsOf(connection: McpConnection): readonly OfferedTool[] {
    if (connection.tools !== undefined) return connection.tools;
    const real = this.#connections.flatMap(({ tools }) => tools ?? []).map(({ name }) => name);
    return connection.server.expected_tools.filter(({ name }) => !real.includes(name));
  }

  #remember(connection: McpConnection): ReadonlySet<string> {
    const names = this.#everOffered.get(connection) ?? new Set();
    for (const { name } of connection.tools ?? []) names.add(name);
    this.#everOffered.set(connection, names);
    return names;
  }
}
