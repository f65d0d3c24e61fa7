import { describe, expect, it } from "vitest";
import { tellResults } from "../../../adapters/deterministic/compose/tool-results.ts";
import type { CallEnding } from "../../../domain/model/chat.ts";
import type { ToolErrorCode } from "../../../domain/tools/tool.ts";
import { completed, turn } from "./requests.ts";

const sum = (expression: string, result: string) => turn("calculator", { expression }, completed(result));
const failed = (code: ToolErrorCode, message: string): CallEnding => ({
  status: "failed",
  error: { code, message },
});
const repository = { owner: "octocat", repo: "hello-world" };

describe("results of the calculator", () => {
  it("one, two and more", () => {
    expect(tellResults([sum("17 + 32", "49")])).toBe("17 + 32 = 49.");
    expect(tellResults([sum("17 + 32", "49"), sum("5 * 6", "30")])).toBe("17 + 32 = 49 and 5 * 6 = 30.");
    expect(tellResults([sum("1 + 1", "2"), sum("2 + 2", "4"), sum("3 + 3", "6")])).toBe(
      "- 1 + 1 = 2\n- 2 + 2 = 4\n- 3 + 3 = 6",
    );
  });

  it("takes the structured result where there is one", () => {
    const output = {
      content: [{ type: "text" as const, text: "forty-nine" }],
      structured: { result: "49", value: 49 },
    };
    expect(
      tellResults([turn("calculator", { expression: "17 + 32" }, { status: "completed", output })]),
    ).toBe("17 + 32 = 49.");
  });

  it("says what could not be calculated", () => {
    expect(
      tellResults([turn("calculator", { expression: "1 / 0" }, failed("tool_error", "division by zero"))]),
    ).toBe("I could not calculate 1 / 0: division by zero.");
  });
});

describe("endings without a result", () => {
  it.each<[ToolErrorCode, RegExp]>([
    ["tool_error", /^The call to `send` failed: it broke\.$/],
    ["server_error", /because of its server: it broke\.$/],
    ["protocol_error", /because of its server: it broke\.$/],
    ["unavailable", /is not available: it broke\.$/],
    ["timeout", /took too long: it broke\.$/],
    ["invalid_arguments", /arguments are not right: it broke\.$/],
    ["malformed_arguments", /arguments are not right: it broke\.$/],
    ["cancelled", /was cancelled: it broke\.$/],
    ["too_many_deliveries", /failed: it broke\.$/],
    ["internal", /failed: it broke\.$/],
    ["outcome_unknown", /may or may not have happened.*it broke\./],
  ])("%s is told plainly, with the tool's name", (code, expected) => {
    const text = tellResults([turn("send", {}, failed(code, "it broke"))]);
    expect(text).toMatch(expected);
    expect(text).toContain("`send`");
  });

  it("a denial is told with its reason", () => {
    const reason = "The tool get_file_contents is not available: set GITHUB_TOKEN to use GitHub's tools.";
    expect(tellResults([turn("get_file_contents", repository, { status: "denied", reason })])).toBe(
      `I was not allowed to call \`get_file_contents\`: ${reason}`,
    );
  });
});

describe("results of other tools", () => {
  it("short text is quoted on the line, other text as a block", () => {
    expect(tellResults([turn("echo", {}, completed("hi there"))])).toBe("`echo` returned: hi there.");
    expect(tellResults([turn("echo", {}, completed("one\ntwo"))])).toBe(
      "`echo` returned:\n\n```\none\ntwo\n```",
    );
    expect(tellResults([turn("echo", {}, completed('{"a":1}'))])).toBe(
      '`echo` returned:\n\n```json\n{\n  "a": 1\n}\n```',
    );
    expect(tellResults([turn("echo", {}, completed(" \n"))])).toBe("`echo` returned nothing.");
  });

  it("nothing in the text closes its block, looks like a citation, or fills the page", () => {
    expect(tellResults([turn("echo", {}, completed("````\nx"))])).toContain("`````\n````\nx\n`````");
    expect(tellResults([turn("echo", {}, completed("see [concepts#lease-1]"))])).toBe(
      "`echo` returned: see (concepts#lease-1).",
    );
    const long = tellResults([turn("echo", {}, completed("line of text\n".repeat(2_000)))]);
    expect(long.length).toBeLessThan(4_200);
    expect(long).toMatch(/more characters\)$/);
  });

  it("several tools are told one after the other", () => {
    expect(tellResults([sum("1 + 1", "2"), turn("echo", {}, completed("hi"))])).toBe(
      "1 + 1 = 2.\n\n`echo` returned: hi.",
    );
  });
});

describe("files of a repository", () => {
  const list = (entries: unknown) =>
    turn("get_file_contents", { ...repository, path: "/" }, completed(JSON.stringify(entries)));

  it("a directory becomes a list", () => {
    expect(
      tellResults([
        list([
          { type: "dir", name: "src" },
          { type: "file", name: "README.md" },
        ]),
      ]),
    ).toBe("octocat/hello-world holds 2 entries:\n\n- `src/`\n- `README.md`");
    expect(tellResults([list([])])).toBe("octocat/hello-world holds no files.");
    const many = Array.from({ length: 150 }, (_, index) => ({ type: "file", name: `f${index}` }));
    expect(tellResults([list(many)])).toMatch(/\(50 more\)$/);
  });

  it("a file becomes a quotation, from a resource, from GitHub's description, or from text", () => {
    const args = { ...repository, path: "src/x.ts" };
    const expected = "`src/x.ts` of octocat/hello-world:\n\n```ts\nconst x = 1;\n```";
    const resource = {
      content: [
        { type: "text" as const, text: "successfully downloaded text file (SHA: abc)" },
        { type: "resource" as const, uri: "repo://x", text: "const x = 1;" },
      ],
    };
    expect(tellResults([turn("get_file_contents", args, { status: "completed", output: resource })])).toBe(
      expected,
    );
    const described = JSON.stringify({ name: "x.ts", encoding: "base64", content: btoa("const x = 1;") });
    expect(tellResults([turn("get_file_contents", args, completed(described))])).toBe(expected);
    expect(tellResults([turn("get_file_contents", args, completed("const x = 1;"))])).toBe(expected);
  });
});
