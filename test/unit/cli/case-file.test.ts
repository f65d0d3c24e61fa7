import { describe, expect, it } from "vitest";
import { CaseFileError, readCases } from "../../../adapters/cli/eval/case-file.ts";
import { AjvSchemaValidator } from "../../../adapters/json-schema/ajv-validator.ts";

const read = (...lines: readonly (string | object)[]) =>
  readCases(
    "cases.jsonl",
    lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"),
    new AjvSchemaValidator(),
  );

function problem(...lines: readonly (string | object)[]): string {
  try {
    read(...lines);
  } catch (error) {
    if (error instanceof CaseFileError) return error.message;
    throw error;
  }
  throw new Error("the file was accepted");
}

describe("a case file", () => {
  it("holds a case per line, called by its id or its line", () => {
    const cases = read({ message: "a" }, "", "  ", { id: "b", message: "b" }, "");
    expect(cases.map(({ id, message }) => [id, message])).toEqual([
      ["line-1", "a"],
      ["b", "b"],
    ]);
  });

  it("may say all of this", () => {
    const all = {
      id: "all",
      message: "What is it?",
      mode: "research",
      context: "It is a test.",
      conversation: ["Hello"],
      approve: "rejected",
      tags: ["one"],
      outcome: ["success", "failure"],
      must_cite: ["concepts#*"],
      must_call: ["calculator"],
      must_not_call: ["*"],
      answer_contains: ["a", "/b/i"],
      answer_lacks: ["c"],
      max_cost_usd: 0,
      max_seconds: 1.5,
    };
    expect(read(all)).toEqual([all]);
    expect(read({ message: "a", conversation: "key", outcome: "refusal" })).toHaveLength(1);
  });

  it("may begin with a byte order mark and end its lines as Windows does", () => {
    expect(read('\uFEFF{"message":"a"}\r', '{"message":"b"}\r')).toHaveLength(2);
  });

  it.each<readonly [string | object, string]>([
    ["{", "is not JSON:"],
    ["[]", "the value must be an object, not an array"],
    [{}, "message is required and must be a string"],
    [{ message: "" }, "message must NOT have fewer than 1 characters"],
    [{ message: "a", outcom: "success" }, "outcom is not a known field; known fields: id, message, mode"],
    [{ message: "a", outcome: "good" }, 'outcome must be one of "success", "failure", "refusal"'],
    [{ message: "a", outcome: ["success", "bad"] }, 'outcome[1] must be one of "success"'],
    [{ message: "a", outcome: 3 }, "outcome must be a string or an array, not a number"],
    [{ message: "a", conversation: [] }, "conversation must NOT have fewer than 1 items"],
    [{ message: "a", conversation: [7] }, "conversation[0] must be a string, not a number"],
    [{ message: "a", must_cite: "concepts#*" }, "must_cite must be an array, not a string"],
    [{ message: "a", must_call: ["x", 1] }, "must_call[1] must be a string, not a number"],
    [{ message: "a", answer_contains: ["ok", "/(/"] }, "answer_contains[1] is no regular expression:"],
    [{ message: "a", answer_lacks: ["/[/"] }, "answer_lacks[0] is no regular expression:"],
    [{ message: "a", max_cost_usd: -1 }, "max_cost_usd must be >= 0"],
    [{ message: "a", approve: "yes" }, 'approve must be one of "approved", "rejected"'],
    [{ message: "a", mode: "chat" }, 'mode must be one of "answer"'],
  ])("is refused with line and field: %j", (line, message) => {
    const told = problem({ message: "fine" }, line);
    expect(told).toContain(`cases.jsonl:2: ${message}`);
    expect(told.split("\n")).toHaveLength(1);
  });

  it("is refused with all that is wrong, each once, and only the first of very many", () => {
    expect(problem({ message: 1 }, { message: "a", tags: 1 }).split("\n")).toEqual([
      "cases.jsonl:1: message must be a string, not a number",
      "cases.jsonl:2: tags must be an array, not a number",
    ]);
    const many = problem(...Array.from({ length: 100 }, () => ({ message: 1 }))).split("\n");
    expect(many).toHaveLength(21);
    expect(many.at(-1)).toBe("… and 80 more");
  });

  it("is refused when two cases have one id", () => {
    expect(problem({ id: "a", message: "1" }, { id: "a", message: "2" })).toBe(
      "cases.jsonl:2: id “a” is taken by line 1",
    );
  });

  it("is refused when it holds no case", () => {
    expect(problem("", " ")).toBe("cases.jsonl holds no case");
  });
});
