import type { ToolDescriptor } from "./tool.ts";

/** One list out of what several workers offer: by name, an available tool before an unavailable one. */
export function mergeAnnouncements(
  announcements: readonly (readonly ToolDescriptor[])[],
): readonly ToolDescriptor[] {
  const merged = new Map<string, ToolDescriptor>();
  for (const tool of announcements.flat()) {
    const known = merged.get(tool.name);
    if (known === undefined || (!known.available && tool.available)) merged.set(tool.name, tool);
  }
  return [...merged.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
