import { describe, expect, it } from "vitest";
import {
  parseObject,
  pointerTo,
  typedNumber,
  withField,
} from "../../../adapters/web/src/run-panel/approval/edit.ts";
import { emptyValue, shapeOf } from "../../../adapters/web/src/run-panel/approval/schema.ts";
import type { Json, JsonObject } from "../../../domain/json.ts";

const shape = (schema: JsonObject, value?: Json, root: JsonObject = schema) => shapeOf(schema, root, value);

describe("the form of a tool's arguments", () => {
  it.each<[string, JsonObject, Json | undefined, object]>([
    ["text", { type: "string" }, "a", { kind: "text", long: false }],
    ["long text", { type: "string" }, "one\ntwo", { kind: "text", long: true }],
    ["a number", { type: "number" }, 1, { kind: "number", whole: false }],
    ["a whole number", { type: "integer" }, 1, { kind: "number", whole: true }],
    ["yes or no", { type: "boolean" }, true, { kind: "boolean" }],
    ["a choice", { enum: ["a", 2, null] }, "a", { kind: "choice", options: ["a", 2, null] }],
    ["the only choice", { const: "a" }, "a", { kind: "choice", options: ["a"] }],
    [
      "a list",
      { type: "array", items: { type: "string" } },
      ["a"],
      { kind: "list", items: { type: "string" } },
    ],
    [
      "this or null",
      { anyOf: [{ type: "integer" }, { type: "null" }] },
      null,
      { kind: "number", whole: true },
    ],
    ["a type or null", { type: ["string", "null"] }, null, { kind: "text" }],
    ["one of several", { anyOf: [{ type: "integer" }, { type: "string" }] }, 1, { kind: "json" }],
    ["anything", {}, 1, { kind: "json" }],
    ["a list of anything", { type: "array" }, [1], { kind: "json" }],
    ["a tuple", { type: "array", items: [{ type: "string" }] }, ["a"], { kind: "json" }],
    ["a value of another type than said", { type: "object", properties: {} }, "text", { kind: "json" }],
  ])("has a field for %s", (_what, schema, value, expected) => {
    expect(shape(schema, value)).toMatchObject(expected);
  });

  it("has a field for every property, the given ones of no schema too", () => {
    const schema = {
      type: "object",
      properties: { to: { type: "string" }, times: { type: "integer" } },
      required: ["to"],
    };
    expect(shape(schema, { to: "Ann", extra: 1 })).toEqual({
      kind: "object",
      properties: [
        { name: "to", schema: { type: "string" }, required: true },
        { name: "times", schema: { type: "integer" }, required: false },
      ],
      rest: ["extra"],
    });
  });

  it("follows references, and is not led astray by them", () => {
    const root = {
      $defs: {
        "a/b": { type: "integer" },
        circle: { $ref: "#/$defs/circle" },
        tree: {
          type: "object",
          properties: { children: { type: "array", items: { $ref: "#/$defs/tree" } } },
        },
      },
    };
    expect(shape({ $ref: "#/$defs/a~1b" }, 1, root)).toEqual({ kind: "number", whole: true });
    expect(shape({ $ref: "#/$defs/circle" }, 1, root)).toEqual({ kind: "json" });
    expect(shape({ $ref: "#/$defs/none" }, 1, root)).toEqual({ kind: "json" });
    expect(shape({ $ref: "https://example.org/schema" }, 1, root)).toEqual({ kind: "json" });
    expect(shape({ $ref: "#/$defs/tree" }, { children: [] }, root)).toMatchObject({ kind: "object" });
  });

  it("begins a new value with what has to be there", () => {
    const schema = {
      type: "object",
      properties: {
        name: { type: "string" },
        kind: { enum: ["a", "b"] },
        size: { type: "integer", default: 3 },
        tags: { type: "array", items: { type: "string" } },
        note: { type: "string" },
      },
      required: ["name", "kind", "size", "tags"],
    };
    expect(emptyValue(schema, schema)).toEqual({ name: "", kind: "a", size: 3, tags: [] });
  });

  it("changes one field and leaves the others alone", () => {
    const value = { to: "Ann", times: 2 };
    expect(withField(value, "times", 3)).toEqual({ to: "Ann", times: 3 });
    expect(withField(value, "times", undefined)).toEqual({ to: "Ann" });
    expect(value).toEqual({ to: "Ann", times: 2 });
  });

  it("sends what is no number as it was typed, for the API to say so", () => {
    expect([typedNumber("1.5"), typedNumber(" "), typedNumber("often")]).toEqual([1.5, undefined, "often"]);
  });

  it("takes JSON only when it is an object", () => {
    expect(parseObject('{"a":1}')).toEqual({ value: { a: 1 } });
    expect(parseObject("[1]")).toEqual({ error: "This must be a JSON object." });
    expect(parseObject("{")).toMatchObject({ error: expect.stringContaining("not JSON") });
  });

  it("finds a field by the pointer that the API names it with", () => {
    expect(pointerTo(pointerTo("", "a/b"), 0)).toBe("/a~1b/0");
    expect(pointerTo("", "m~n")).toBe("/m~0n");
  });
});
