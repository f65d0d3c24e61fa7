import { bySpecificity, matchesPattern } from "../../domain/tools/name-pattern.ts";
import { scopeOf } from "../../domain/tools/permission.ts";
import type { ToolDescriptor } from "../../domain/tools/tool.ts";
import type { ConnectionState } from "./mcp-connection.ts";
import type { McpServerConfig, OfferedTool, ToolSettings } from "./server-config.ts";

/** A server's tool as the catalogue shows it under `name`: what the server says, then what the operator says. */
export function describeTool(
  name: string,
  tool: OfferedTool,
  server: McpServerConfig,
  state: ConnectionState,
): ToolDescriptor {
  const { unusable, ...offered } = tool;
  const { policy, scope, on_unknown_outcome } = settingsFor(tool.name, server.tools);
  const permission_scope = scope ?? scopeOf(tool.annotations);
  const withheld = permission_scope === "read" ? undefined : server.reading_only;
  const unavailable = unavailableReason(server, state) ?? unusable ?? withheld ?? null;
  return {
    ...offered,
    name,
    source: server.source,
    server_id: server.server_id,
    permission_scope,
    available: unavailable === null,
    unavailable_reason: unavailable,
    ...(policy !== undefined && { policy }),
    ...(on_unknown_outcome !== undefined && { on_unknown_outcome }),
  };
}

/** Why no tool of the server can be called now; undefined when they can. */
export function unavailableReason(server: McpServerConfig, state: ConnectionState): string | undefined {
  switch (state.status) {
    case "ready":
      return undefined;
    case "connecting":
      return `the MCP server "${server.server_id}" is still being connected`;
    case "failed":
      // Without a way to reach the server, the reason is what its configuration lacks.
      if (server.target.kind === "none") return state.reason;
      return `the MCP server "${server.server_id}" cannot be reached: ${state.reason}`;
    case "closed":
      return `the connection to the MCP server "${server.server_id}" was closed`;
    default:
      return state satisfies never;
  }
}

/** Each setting from the most specific of the entries that have it and match. */
function settingsFor(tool: string, settings: readonly ToolSettings[]): Omit<ToolSettings, "pattern"> {
  const matching = settings.filter(({ pattern }) => matchesPattern(pattern, tool));
  const weakestFirst = matching.toSorted((one, other) => bySpecificity(other.pattern, one.pattern));
  return Object.assign({}, ...weakestFirst);
}
