import type { WorkerId } from "../ids.ts";
import type { ServerFault, ToolDescriptor } from "../tools/tool.ts";

/**
 * The tools this deployment offers, available or not: all that live workers announced. Names are unique;
 * a tool that one worker can execute counts as available.
 */
export interface ToolCatalog {
  list(): Promise<readonly ToolDescriptor[]>;
  /** The servers that no live worker reaches although one should. */
  faults(): Promise<readonly ServerFault[]>;
}

/** Tool workers tell what they can execute; it counts as long as the worker is alive. */
export interface ToolAnnouncements {
  /** Replaces what this worker announced before. */
  announce(
    worker_id: WorkerId,
    tools: readonly ToolDescriptor[],
    faults?: readonly ServerFault[],
  ): Promise<void>;
}
