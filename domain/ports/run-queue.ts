import type { RunId } from "../ids.ts";
import type { WorkQueue } from "./work-queue.ts";

/** "This run needs driving": at its start, when what it waited for arrived, when its timer fired. */
export type RunQueue = WorkQueue<{ readonly run_id: RunId }>;
