import { describe, expect, it } from "vitest";
import { arithmetic } from "../../../adapters/deterministic/intents/arithmetic.ts";
import { explicitCall } from "../../../adapters/deterministic/intents/explicit-call.ts";
import { githubFiles } from "../../../adapters/deterministic/intents/github-files.ts";
import { ABSTENTION } from "../../../domain/model/abstention.ts";
import type { EarlierTurn } from "../../../domain/model/chat.ts";
import type { ToolDescriptor } from "../../../domain/tools/tool.ts";
import { calculator, getFileContents, request, tool } from "./requests.ts";

describe("arithmetic", () => {
  it("asks for the calculator, once for each expression", () => {
    expect(arithmetic(request("17 + 32 and 5 * 6", { tools: [calculator] })).map(({ call }) => call)).toEqual(
      [
        { tool_name: "calculator", arguments: { expression: "17 + 32" } },
        { tool_name: "calculator", arguments: { expression: "5 * 6" } },
      ],
    );
  });

  it("asks for nothing when no calculator is offered", () => {
    expect(arithmetic(request("17 + 32", { tools: [getFileContents] }))).toEqual([]);
  });

  it("goes on with the last result of the turn before", () => {
    const earlier = [{ message: "17 + 32 and 1 + 1", answer: "17 + 32 = 49 and 1 + 1 = 2." }];
    expect(arithmetic(request("and times 3?", { tools: [calculator], earlier }))).toMatchObject([
      { call: { arguments: { expression: "2 * 3" } } },
    ]);
    expect(arithmetic(request("and times 3?", { tools: [calculator] }))).toEqual([]);
  });

  it("passes over small talk and turns that led to nothing on its way back, and nothing else", () => {
    const expressions = (...between: readonly EarlierTurn[]) => {
      const earlier = [{ message: "17 + 32", answer: "17 + 32 = 49." }, ...between];
      return arithmetic(request("and times 3?", { tools: [calculator], earlier })).map(({ call }) => call);
    };
    const thanks = { message: "Thanks!", answer: "You're welcome!" };
    const nothing = { message: "and 3 more?", answer: ABSTENTION };
    expect(expressions(thanks, nothing)).toMatchObject([{ arguments: { expression: "49 * 3" } }]);
    expect(expressions({ message: "What is a run?", answer: "A run is …" })).toEqual([]);
  });
});

describe("GitHub", () => {
  const asked = (message: string, tools: readonly ToolDescriptor[] = [getFileContents]) =>
    githubFiles(request(message, { tools })).map(({ call }) => call)[0];

  it.each([
    ["List the files in octocat/hello-world", "octocat", "hello-world", "/"],
    ["What files are in octocat/hello-world?", "octocat", "hello-world", "/"],
    ["What's in the repo octocat/hello-world?", "octocat", "hello-world", "/"],
    ["Show the contents of the octocat/hello-world repository", "octocat", "hello-world", "/"],
    ["Show me octocat/hello-world on GitHub", "octocat", "hello-world", "/"],
    ["list the files in src/ of octocat/hello-world", "octocat", "hello-world", "src/"],
    ["list the files in the docs folder of octocat/hello-world", "octocat", "hello-world", "docs/"],
    ["Show me README.md from octocat/hello-world", "octocat", "hello-world", "README.md"],
    ["show the readme of octocat/hello-world.", "octocat", "hello-world", "README.md"],
    ["Read `src/index.ts` in octocat/hello-world", "octocat", "hello-world", "src/index.ts"],
    ["Get the file package.json from vercel/next.js", "vercel", "next.js", "package.json"],
    ["Open Makefile in octocat/hello-world", "octocat", "hello-world", "Makefile"],
    ["Summarize README.md from octocat/hello-world", "octocat", "hello-world", "README.md"],
    ["https://github.com/octocat/hello-world", "octocat", "hello-world", "/"],
    ["What is in https://github.com/octocat/hello-world.git?", "octocat", "hello-world", "/"],
  ])("%s", (message, owner, repo, path) => {
    expect(asked(message)).toEqual({ tool_name: "get_file_contents", arguments: { owner, repo, path } });
  });

  it.each([
    ["read https://github.com/octocat/hello-world/blob/main/src/x.ts.", { path: "src/x.ts", ref: "main" }],
    ["https://github.com/octocat/hello-world/tree/v1.2/docs", { path: "docs/", ref: "v1.2" }],
    ["https://raw.githubusercontent.com/octocat/hello-world/main/a%20b.md", { path: "a b.md", ref: "main" }],
    [
      "https://github.com/octocat/hello-world/blob/0123456789abcdef0123456789abcdef01234567/a.ts",
      { path: "a.ts", sha: "0123456789abcdef0123456789abcdef01234567" },
    ],
    ["Show README.md from octocat/hello-world on the dev branch", { path: "README.md", ref: "dev" }],
  ])("takes the revision along: %s", (message, expected) => {
    expect(asked(message)).toEqual({
      tool_name: "get_file_contents",
      arguments: { owner: "octocat", repo: "hello-world", ...expected },
    });
  });

  it.each([
    ["Explain the client/server split"],
    ["What is TCP/IP?"],
    ["Show me src/index.ts"],
    ["What is in docs/readme.md?"],
    ["Which files are in application/json format?"],
    ["List the pros and/or cons of files"],
    ["Read/write access to files"],
    ["https://github.com/octocat/hello-world/issues/17"],
    ["https://example.com/octocat/hello-world"],
    ["octocat/hello-world"],
  ])("leaves alone: %s", (message) => {
    expect(asked(message)).toBeUndefined();
  });

  it("asks for an unavailable tool too, since the denial says what is missing", () => {
    const unavailable = tool(
      "get_file_contents",
      {},
      { available: false, unavailable_reason: "GITHUB_TOKEN is not set" },
    );
    expect(asked("List the files in octocat/hello-world", [unavailable])).toEqual({
      tool_name: "get_file_contents",
      arguments: { owner: "octocat", repo: "hello-world", path: "/" },
    });
  });

  it("finds the fitting tool by its name and parameters, and never one that writes", () => {
    const repository = { owner: {}, repo: {} };
    const writes = tool("create_or_update_file", { ...repository, path: {} });
    const lists = tool("github.list_repository_files", { ...repository, branch: {} });
    const reads = tool("github.read_file", { ...repository, path: {}, branch: {} });
    const local = tool("read_file", { path: {} });
    const tools = [writes, local, lists, reads];
    expect(asked("List the files in octocat/hello-world", tools)?.tool_name).toBe(
      "github.list_repository_files",
    );
    expect(asked("https://github.com/octocat/hello-world/blob/dev/a.ts", tools)).toEqual({
      tool_name: "github.read_file",
      arguments: { owner: "octocat", repo: "hello-world", path: "a.ts", branch: "dev" },
    });
    expect(asked("List the files in octocat/hello-world", [writes, local])).toBeUndefined();
  });
});

describe("a tool called by name", () => {
  const tools = [tool("echo"), tool("files.list-dir"), calculator];
  const calls = (message: string) => explicitCall(request(message, { tools })).map(({ call }) => call);

  it.each([
    ['call echo with {"message": "hi"}', "echo", { message: "hi" }],
    [
      'Use the echo tool with {"message": "a } in \\"quotes\\""} please',
      "echo",
      { message: 'a } in "quotes"' },
    ],
    [
      'please run `files.list-dir` with arguments: {"path": {"deep": [1, 2]}}',
      "files.list-dir",
      { path: { deep: [1, 2] } },
    ],
    ['invoke the tool echo {"n": 1}', "echo", { n: 1 }],
    ["call echo", "echo", {}],
    ["Please use the files.list-dir tool.", "files.list-dir", {}],
  ])("%s", (message, tool_name, args) => {
    expect(calls(message)).toEqual([{ tool_name, arguments: args }]);
  });

  it("several in one message", () => {
    expect(calls('call echo with {"n": 1} and call calculator with {"expression": "1 + 1"}')).toEqual([
      { tool_name: "echo", arguments: { n: 1 } },
      { tool_name: "calculator", arguments: { expression: "1 + 1" } },
    ]);
  });

  it.each([
    ['call echo with {"n": 1', '{"n": 1'],
    ["call echo with {n: 1}", "{n: 1}"],
  ])("what is no JSON is passed on as malformed: %s", (message, malformed) => {
    expect(calls(message)).toEqual([{ tool_name: "echo", malformed }]);
  });

  it.each([
    ['call Echo with {"n": 1}'],
    ['call unknown with {"n": 1}'],
    ["How do I call echo in a workflow?"],
    ["When should I use the echo tool?"],
    ["call echo if the worker dies"],
    ["Use the calculator to add 1 and 1"],
  ])("not: %s", (message) => {
    expect(calls(message)).toEqual([]);
  });

  it("reads any text quickly", () => {
    const started = performance.now();
    calls("call echo with {".repeat(2_000));
    calls(`use the ${"tool ".repeat(6_000)}`);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
