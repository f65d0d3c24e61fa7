import type { PermissionScope, ToolDescriptor } from "./tool.ts";

/** What a person who agrees to a call agrees to, besides its arguments: whose tool it is, its name, what it may do. */
export function identityOf(tool: ToolDescriptor | undefined): readonly string[] {
  return tool === undefined ? [] : [tool.server_id, tool.name, tool.permission_scope];
}

/** A call as it was asked for; `server_id` and the scope are those that the tool had then. */
export interface AskedCall {
  readonly tool_name: string;
  readonly server_id?: string;
  readonly permission_scope: PermissionScope | "unknown";
  readonly approval: string;
}

/**
 * Why a call must not be executed with the tool that has its name now: it is another server's, or a person agreed to
 * it when it was known to do something else. null when it is the same.
 */
export function changeSince(
  { tool_name, server_id, permission_scope, approval }: AskedCall,
  tool: ToolDescriptor,
): string | null {
  if (server_id !== undefined && server_id !== tool.server_id) {
    return `The tool ${tool_name} was the server "${server_id}"'s when it was asked for, and is "${tool.server_id}"'s now.`;
  }
  if (approval === "approved" && permission_scope !== tool.permission_scope) {
    return `A person agreed to ${tool_name} with the permission scope "${permission_scope}"; now it has "${tool.permission_scope}".`;
  }
  return null;
}
