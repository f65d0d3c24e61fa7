import type { CallId, RunId } from "../ids.ts";
import type { Json, JsonObject } from "../json.ts";

/** Hints a tool gives about itself, as in the Model Context Protocol (2025-06-18, `ToolAnnotations`). */
export interface ToolAnnotations {
  readonly title?: string;
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly openWorldHint?: boolean;
}

/** What a call may do to the world; derived from annotations unless configuration says otherwise. */
export type PermissionScope = "read" | "write" | "destructive";

/** Whether a call is executed at once, only after a person agreed, or never. */
export type ToolPolicy = "allow" | "ask" | "deny";

/** A tool as this deployment offers it. `source` tells who brought it: built in, or an MCP server. */
export interface ToolDescriptor {
  readonly name: string;
  readonly source: "builtin" | "mcp";
  readonly server_id: string;
  readonly permission_scope: PermissionScope;
  readonly description: string;
  readonly input_schema: JsonObject;
  readonly output_schema?: JsonObject;
  readonly annotations: ToolAnnotations;
  readonly available: boolean;
  readonly unavailable_reason: string | null;
  /** Policy configured for this tool by its server's entry; the firewall's rules decide when absent. */
  readonly policy?: ToolPolicy;
  /** What a call does whose earlier attempt may have had its effect: told to the model, or a person is asked. */
  readonly on_unknown_outcome?: "tell_model" | "ask";
}

/** One part of a tool's answer. Binary parts are referenced by size and type, never inlined into events. */
export type ToolContent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image" | "audio"; readonly mime_type: string; readonly bytes: number }
  | {
      readonly type: "resource";
      readonly uri: string;
      readonly mime_type?: string;
      readonly text?: string;
      readonly bytes?: number;
    };

/** A server that should be there and is not: its tools are missing or not available until it is back. */
export interface ServerFault {
  readonly server_id: string;
  readonly reason: string;
}

/** What a tool returned. `structured` conforms to the tool's output schema when it has one. */
export interface ToolOutput {
  readonly content: readonly ToolContent[];
  readonly structured?: Json;
  /** True when the output was cut to the size limit. */
  readonly truncated?: boolean;
}

/** A request to execute one call, as it travels through the tool queue. */
export interface ToolRequest {
  readonly run_id: RunId;
  readonly call_id: CallId;
  readonly tool_name: string;
  readonly arguments: JsonObject;
}

/** How far a call is, as its tool reports it: `progress` grows, towards `total` when that is known. */
export interface ToolProgress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

export type ToolErrorCode =
  | "invalid_arguments"
  | "malformed_arguments"
  | "tool_error"
  | "server_error"
  | "protocol_error"
  | "unavailable"
  | "timeout"
  | "cancelled"
  | "run_ended"
  | "outcome_unknown"
  /** A replay executes nothing, and its record holds no such call. */
  | "not_recorded"
  | "too_many_deliveries"
  | "internal";

export interface ToolError {
  readonly code: ToolErrorCode;
  readonly message: string;
}

/** The text a model or a person reads for an output: its text parts, and one line for each other part. */
export function outputText(output: ToolOutput): string {
  const parts = output.content.map((part) => {
    switch (part.type) {
      case "text":
        return part.text;
      case "image":
      case "audio":
        return `[${part.type} ${part.mime_type}, ${part.bytes} bytes]`;
      case "resource":
        return part.text ?? `[resource ${part.uri}]`;
      default:
        return part satisfies never;
    }
  });
  if (parts.length === 0 && output.structured !== undefined) parts.push(JSON.stringify(output.structured));
  if (output.truncated) parts.push("[output cut to the size limit]");
  return parts.join("\n");
}

/**
 * True when executing a call a second time does no harm: its tool reads only, or says it is idempotent. What the
 * operator says about it counts more than what it says about itself.
 */
export function isRepeatable({ permission_scope, annotations, on_unknown_outcome }: ToolDescriptor): boolean {
  if (on_unknown_outcome !== undefined) return false;
  return permission_scope === "read" || annotations.idempotentHint === true;
}
