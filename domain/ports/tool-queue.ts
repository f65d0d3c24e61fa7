import type { ToolRequest } from "../tools/tool.ts";
import type { WorkQueue } from "./work-queue.ts";

/** Tool calls to execute. */
export type ToolQueue = WorkQueue<ToolRequest>;
