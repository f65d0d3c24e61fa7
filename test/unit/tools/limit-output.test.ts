import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../domain/json.ts";
import {
  cutToBytes,
  limitOutput,
  OUTPUT_LIMIT_BYTES,
  utf8Bytes,
} from "../../../domain/tools/limit-output.ts";
import { outputText, type ToolOutput } from "../../../domain/tools/tool.ts";

const text = (value: string): ToolOutput => ({ content: [{ type: "text", text: value }] });

describe("counting bytes", () => {
  it("agrees with the platform's encoder on any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        expect(utf8Bytes(value)).toBe(new TextEncoder().encode(value).length);
      }),
    );
    expect(utf8Bytes("\ud800x\udc00")).toBe(new TextEncoder().encode("\ud800x\udc00").length);
  });

  it("cuts between characters, as late as the limit allows", () => {
    expect(cutToBytes("ab€😀", 100)).toBe("ab€😀");
    expect(cutToBytes("ab€😀", 9)).toBe("ab€😀");
    expect(cutToBytes("ab€😀", 8)).toBe("ab€");
    expect(cutToBytes("ab€😀", 4)).toBe("ab");
    expect(cutToBytes("ab€😀", 0)).toBe("");
  });
});

describe("an output", () => {
  it("within the limit stays as it is", () => {
    const output: ToolOutput = {
      content: [
        { type: "text", text: "x".repeat(200_000) },
        { type: "image", mime_type: "image/png", bytes: 9_000_000 },
        { type: "resource", uri: "file:///a", text: "y" },
      ],
      structured: { a: [1, null, true, "z"] },
    };
    expect(limitOutput(output)).toEqual(output);
  });

  it("over the limit is cut, keeps its beginning, and says so", () => {
    const cut = limitOutput(text("é".repeat(OUTPUT_LIMIT_BYTES)));
    expect(cut.truncated).toBe(true);
    expect(utf8Bytes(outputText(cut))).toBeLessThan(OUTPUT_LIMIT_BYTES + 50);
    expect(outputText(cut)).toMatch(/^é+\n\[output cut to the size limit\]$/);
  });

  it("loses the parts behind the limit", () => {
    const parts = ["a", "b", "c"].map((letter) => ({ type: "text", text: letter.repeat(100) }) as const);
    expect(limitOutput({ content: parts }, 200)).toEqual({
      content: [
        { type: "text", text: "a".repeat(100) },
        { type: "text", text: "b".repeat(36) },
      ],
      truncated: true,
    });
  });

  it("of countless tiny parts is cut as well", () => {
    const content = Array.from({ length: 1_000_000 }, () => ({ type: "text", text: "" }) as const);
    const cut = limitOutput({ content });
    expect(cut.truncated).toBe(true);
    expect(cut.content.length).toBeLessThan(10_000);
  });

  it("keeps structured content whole or not at all", () => {
    const structured = { rows: Array.from({ length: 50 }, (_, i) => `row ${i}`) };
    expect(limitOutput({ content: [], structured }, 1000)).toEqual({ content: [], structured });
    expect(limitOutput({ content: [], structured }, 300)).toEqual({ content: [], truncated: true });
  });

  it("nested too deeply to be rendered loses its structured content", () => {
    let nested: Json = 1;
    for (let depth = 0; depth < 100_000; depth += 1) nested = [nested];
    expect(limitOutput({ content: [], structured: nested })).toEqual({ content: [], truncated: true });
  });

  it("never exceeds the limit by more than the way it is written", () => {
    const part = fc.record({ type: fc.constant("text" as const), text: fc.string({ unit: "binary" }) });
    fc.assert(
      fc.property(fc.array(part), fc.nat(400), (content, limit) => {
        const { content: kept } = limitOutput({ content }, limit);
        const bytes = kept.map((one) => (one.type === "text" ? utf8Bytes(one.text) : 0));
        expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(limit);
      }),
    );
  });
});
