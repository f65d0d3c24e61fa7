import { describe, expect, it } from "vitest";
import { AjvSchemaValidator } from "../../../adapters/json-schema/ajv-validator.ts";
import { readResult } from "../../../adapters/mcp/read-result.ts";
import type { OfferedTool } from "../../../adapters/mcp/server-config.ts";
import type { JsonObject } from "../../../domain/json.ts";

const validator = new AjvSchemaValidator();
const TOOL: OfferedTool = {
  name: "weigh",
  description: "",
  input_schema: { type: "object" },
  annotations: {},
};

function nested(depth: number): JsonObject {
  let value: JsonObject = {};
  for (let level = 0; level < depth; level += 1) value = { a: value };
  return value;
}

describe("what a server answers", () => {
  it("loses structured content that is too deep to look through, and says so", () => {
    const result = { content: [{ type: "text" as const, text: "done" }], structuredContent: nested(50_000) };
    expect(readResult(result, TOOL, ["a-secret"], validator)).toEqual({
      content: [{ type: "text", text: "done" }],
      truncated: true,
    });
  });

  it("loses its secrets, also in structured content", () => {
    const secret = 'quote"and\\slash';
    const result = { content: [], structuredContent: { seen: [`x ${secret} y`], [secret]: 1 } };
    expect(readResult(result, TOOL, [secret], validator)).toEqual({
      content: [],
      structured: { seen: ["x [secret] y"], "[secret]": 1 },
    });
  });

  it("may leave structured content out although the tool promises it", () => {
    const promising = { ...TOOL, output_schema: { type: "object", required: ["kg"] } };
    const result = { content: [{ type: "text" as const, text: "3 kg" }] };
    expect(readResult(result, promising, [], validator).content).toEqual(result.content);
  });

  it("that is an error without words still is one", () => {
    expect(() => readResult({ content: [], isError: true }, TOOL, [], validator)).toThrow(
      "the tool failed without saying why",
    );
  });
});
