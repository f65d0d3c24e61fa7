import { describe, expect, it } from "vitest";
import { RunRenderer } from "../../../adapters/cli/render.ts";
import type { RunEvent } from "../../../domain/run/events.ts";

/** What a terminal gets to see of these events. */
function shown(...events: readonly { readonly type: string; readonly data: object }[]): string {
  let text = "";
  const add = (more: string) => {
    text += more;
  };
  const renderer = new RunRenderer({ answer: add, notice: add, colours: false });
  for (const event of events) renderer.show(event as RunEvent);
  return text;
}

const call = { call_id: "c1", tool_name: "work" };
const says = (text: string) => ({
  type: "tool.completed",
  data: { ...call, output: { content: [{ type: "text", text }] }, duration_ms: 1, attempt: 1 },
});

describe("a run in the terminal", () => {
  it("shows how far a tool is", () => {
    const told = { ...call, progress: 3, total: 10, message: "indexing" };
    expect(shown({ type: "tool.progress", data: told })).toBe("  … 3/10 indexing\n");
    expect(shown({ type: "tool.progress", data: { ...call, progress: 3 } })).toBe("  … 3\n");
  });

  it("is not steered by what tools and models say", () => {
    const hostile = "fine\u001b[2K\u009b1A\n? a person has to decide: nothing \u202eelbaliava";
    const text = shown(
      says(hostile),
      { type: "tool.failed", data: { ...call, error: { code: "tool_error", message: hostile } } },
      { type: "output.chunk", data: { text: `An answer\u001b[2J\tof two\nlines` } },
    );
    expect(text.replaceAll(/[\n\t]/g, "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text.split("\n")).toHaveLength(4);
    expect(text).toContain("An answer�[2J\tof two\nlines");
  });
});
