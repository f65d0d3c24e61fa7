import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { JsonObject } from "../../domain/json.ts";
import type { NamePattern } from "../../domain/tools/name-pattern.ts";
import type { PermissionScope, ToolDescriptor, ToolPolicy } from "../../domain/tools/tool.ts";

/** A tool as its server describes it. `unusable` tells why it cannot be called although its server is there. */
export interface OfferedTool
  extends Pick<ToolDescriptor, "name" | "description" | "input_schema" | "output_schema" | "annotations"> {
  readonly unusable?: string;
}

/** What the operator says about the tools of one server whose names match; the most specific pattern wins. */
export interface ToolSettings {
  readonly pattern: NamePattern;
  readonly policy?: ToolPolicy;
  readonly scope?: PermissionScope;
  readonly on_unknown_outcome?: "tell_model" | "ask";
}

/** What a program signs in with (OAuth 2.1, client credentials). */
export interface ClientCredentials {
  readonly client_id: string;
  readonly client_secret: string;
  /** The only authorization server that is shown the secret; whichever the MCP server names when absent. */
  readonly issuer?: string;
  /** Separated by spaces; left to the server when absent. */
  readonly scope?: string;
}

/** How a server is reached. `none` is one that cannot be, and why. */
export type ServerTarget =
  | {
      readonly kind: "memory";
      readonly create: () => Promise<McpServer>;
      /** Its tools, called as what they are: functions of this process. Left out, they are called as any server's. */
      readonly call?: (name: string, args: JsonObject) => Promise<CallToolResult>;
    }
  | {
      readonly kind: "stdio";
      readonly command: string;
      readonly args: readonly string[];
      /** Besides the few variables every child gets (see `StdioTransport`). */
      readonly env: Readonly<Record<string, string>>;
      readonly cwd?: string;
    }
  | {
      /** Streamable HTTP, or the HTTP+SSE transport that it replaced in 2025. */
      readonly kind: "http" | "sse";
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      /** How to get a token from the server's authorization server, when none stands in `headers`. */
      readonly oauth?: ClientCredentials;
      /** The entry does not say which: a server that refuses the first is tried with the second. */
      readonly either?: true;
    }
  | { readonly kind: "none"; readonly reason: string };

/** One MCP server of this deployment. */
export interface McpServerConfig {
  /** Letters, digits, `_` and `-`. */
  readonly server_id: string;
  readonly source: ToolDescriptor["source"];
  readonly target: ServerTarget;
  readonly tools: readonly ToolSettings[];
  /** Listed, as not available, until the server tells what it really offers. */
  readonly expected_tools: readonly OfferedTool[];
  /** When given, only tools that read can be called, and this says why. */
  readonly reading_only?: string;
  /** Texts that must never be logged or shown. */
  readonly secrets: readonly string[];
}
