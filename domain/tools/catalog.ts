import type { ServerFault, ToolDescriptor } from "./tool.ts";

/** What one tool worker can execute, and which servers it fails to reach. */
export interface Announcement {
  readonly tools: readonly ToolDescriptor[];
  readonly faults: readonly ServerFault[];
}

/** One list out of what several workers offer: by name, an available tool before an unavailable one. */
export function mergeTools(announcements: readonly Announcement[]): readonly ToolDescriptor[] {
  const merged = new Map<string, ToolDescriptor>();
  for (const tool of announcements.flatMap(({ tools }) => tools)) {
    const known = merged.get(tool.name);
    if (known === undefined || (!known.available && tool.available)) merged.set(tool.name, tool);
  }
  return [...merged.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** The servers that are out of reach for every worker: a fault of one that another reaches is none. */
export function mergeFaults(announcements: readonly Announcement[]): readonly ServerFault[] {
  const reached = new Set(
    announcements
      .flatMap(({ tools }) => tools)
      .filter((tool) => tool.available)
      .map((tool) => tool.server_id),
  );
  const merged = new Map<string, ServerFault>();
  for (const fault of announcements.flatMap(({ faults }) => faults)) {
    if (!reached.has(fault.server_id)) merged.set(fault.server_id, fault);
  }
  return [...merged.values()].toSorted((one, other) => (one.server_id < other.server_id ? -1 : 1));
}
