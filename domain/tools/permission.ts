import type { PermissionScope, ToolAnnotations } from "./tool.ts";

/**
 * What a tool may do, from its own hints (MCP, ToolAnnotations): it reads when it says so; otherwise it
 * writes, and destroys unless it says that it does not.
 */
export function scopeOf(annotations: ToolAnnotations): PermissionScope {
  if (annotations.readOnlyHint === true) return "read";
  return annotations.destructiveHint === false ? "write" : "destructive";
}
