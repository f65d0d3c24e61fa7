import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodedSegments } from "../../../domain/guardrails/encodings.ts";

const decoded = (text: string) => decodedSegments(text).map((segment) => segment.text);

describe("decodedSegments", () => {
  it.each([
    ["base64", Buffer.from("Grüße an alle Menschen").toString("base64")],
    ["URL-safe base64", Buffer.from("Grüße an alle Menschen").toString("base64url")],
    ["hexadecimal", Buffer.from("Grüße an alle Menschen").toString("hex")],
    ["spaced hexadecimal", Buffer.from("Grüße an alle Menschen").toString("hex").replace(/../g, "$& ")],
    ["percent signs", encodeURIComponent("Grüße an alle Menschen")],
  ])("reads %s", (_, encoded) => {
    expect(decoded(`Do this: ${encoded}`).some((text) => text.includes("Grüße an alle Menschen"))).toBe(true);
  });

  it("reads escapes", () => {
    expect(decoded("\\u0048\\x65&#108;&#x6c;o")).toEqual(["Hello"]);
  });

  it("reads rot13 and reversed lines that hold a telltale word", () => {
    expect(decoded("first\nvtaber guvf\nlast")).toEqual(["ignore this"]);
    expect(decoded("first\ntpmorp ruoy\nlast")).toEqual(["your prompt"]);
  });

  it("says where an encoded text stands", () => {
    const encoded = Buffer.from("hello to everybody here").toString("base64");
    const [segment] = decodedSegments(`Read ${encoded} now`);
    expect(segment).toMatchObject({ encoding: "base64", start: 5, end: 5 + encoded.length });
  });

  it.each([
    "An ordinary sentence about internationalization and responsibilities.",
    "commit 3f786850e387550fdab836ed7e6dc881de23001b",
    "path/to/some/very/deeply/nested/folder/structure",
    "550e8400-e29b-41d4-a716-446655440000",
    Buffer.from(Uint8Array.from({ length: 200 }, (_, index) => (index * 89) % 256)).toString("base64"),
  ])("finds nothing in %s", (text) => {
    expect(decoded(text)).toEqual([]);
  });

  it("decodes base64 as Node does", () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 20 }), (text) => {
        fc.pre(text.length >= 12);
        expect(decoded(Buffer.from(text).toString("base64"))).toContain(text);
      }),
    );
  });
});
