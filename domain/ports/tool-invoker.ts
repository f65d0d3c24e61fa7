import type { ToolOutput, ToolProgress, ToolRequest } from "../tools/tool.ts";

/**
 * Executes one tool call, once. Throws `ToolCallError` with a code that tells who failed: the tool said so,
 * its server, the protocol, or time. The call id goes along as an idempotency key. `onProgress` is told whenever
 * the tool reports how far it is; it must return at once and not throw.
 */
export interface ToolInvoker {
  invoke(
    request: ToolRequest,
    signal: AbortSignal,
    onProgress?: (progress: ToolProgress) => void,
  ): Promise<ToolOutput>;
}
