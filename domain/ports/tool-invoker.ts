import type { ToolOutput, ToolRequest } from "../tools/tool.ts";

/**
 * Executes one tool call, once. Throws `ToolCallError` with a code that tells who failed: the tool said so,
 * its server, the protocol, or time. The call id goes along as an idempotency key.
 */
export interface ToolInvoker {
  invoke(request: ToolRequest, signal: AbortSignal): Promise<ToolOutput>;
}
