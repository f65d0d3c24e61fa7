import type { ToolDescriptor } from "../tools/tool.ts";

/** The tools this deployment offers, available or not. Names are unique. */
export interface ToolCatalog {
  list(): Promise<readonly ToolDescriptor[]>;
}
