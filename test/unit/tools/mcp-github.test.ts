import { describe, expect, it, vi } from "vitest";
import { type GithubSettings, githubServer } from "../../../adapters/mcp/github-server.ts";
import { createBehavingServer } from "../../support/mcp/behaving-server.ts";
import { GithubLikeServer } from "../../support/mcp/github-like-server.ts";
import { RemoteServer } from "../../support/mcp/http-mcp-server.ts";
import { http, server, TestToolbox } from "../../support/mcp/test-toolbox.ts";

const PATIENCE = { timeout: 15_000, interval: 20 };
const TOKEN = "github_pat_11AAAAAA0123456789";
const FILE = { owner: "octo", repo: "hello", path: "README.md" };
const ISSUE = { owner: "octo", repo: "hello", title: "It is broken" };

const github = (settings: Partial<GithubSettings>) =>
  githubServer({ token: TOKEN, read_only: true, url: null, ...settings });
const status = (test: TestToolbox) => test.toolbox.servers()[0]?.status;

describe("GitHub", () => {
  it("gets the token and the wish to read only with every request", async () => {
    await using remote = await GithubLikeServer.serve(TOKEN);
    await using test = await TestToolbox.open([github({ url: remote.url })]);
    expect(await test.outcome("get_file_contents", FILE)).toBe("# Contents of README.md");
    expect(await test.names()).toEqual(["get_file_contents"]);
    expect(remote.headers.length).toBeGreaterThan(2);
    for (const headers of remote.headers) {
      expect(headers.authorization).toBe(`Bearer ${TOKEN}`);
      expect(headers["x-mcp-readonly"]).toBe("true");
    }
  });

  it("may write when that is asked for", async () => {
    await using remote = await GithubLikeServer.serve(TOKEN);
    await using test = await TestToolbox.open([github({ url: remote.url, read_only: false })]);
    expect(await test.tool("create_issue")).toMatchObject({
      permission_scope: "destructive",
      available: true,
    });
    await test.call("create_issue", ISSUE);
    expect(remote.issues).toEqual(["It is broken"]);
    for (const headers of remote.headers) expect(headers).not.toHaveProperty("x-mcp-readonly");
  });

  it("cannot write for reading only, whatever the server offers", async () => {
    await using remote = await GithubLikeServer.serve(TOKEN, true);
    await using test = await TestToolbox.open([github({ url: remote.url })]);
    const reason = "GITHUB_READ_ONLY is true, and this tool does more than read";
    expect(await test.tool("create_issue")).toMatchObject({ available: false, unavailable_reason: reason });
    expect(await test.outcome("create_issue", ISSUE)).toBe(`unavailable: ${reason}`);
    expect(remote.issues).toEqual([]);
  });

  it("by default is GitHub's own server", () => {
    expect(github({}).target).toMatchObject({ kind: "http", url: "https://api.githubcopilot.com/mcp/" });
  });

  it.each([
    [401, "unauthorized", "its credentials are missing, wrong or expired"],
    [403, "forbidden", "its credentials do not allow this"],
  ])("that answers HTTP %i is out of reach, and says why", async (code, body, meaning) => {
    await using remote = await GithubLikeServer.serve(TOKEN);
    remote.refusal = () => ({ status: code, body });
    await using test = await TestToolbox.open([github({ url: remote.url })]);
    const reason = `the MCP server "github" cannot be reached: it answered HTTP ${code} (${meaning}): ${body}`;
    expect(await test.tool("get_file_contents")).toMatchObject({
      available: false,
      unavailable_reason: reason,
    });
    expect(await test.outcome("get_file_contents", FILE)).toBe(`unavailable: ${reason}`);
    remote.refusal = () => undefined;
    await vi.waitFor(() => expect(status(test)).toBe("ready"), PATIENCE);
  });

  it("that is asked too often is not given up: the call says when to try again", async () => {
    await using remote = await GithubLikeServer.serve(TOKEN);
    await using test = await TestToolbox.open([github({ url: remote.url })], { ping_interval: 20 });
    let refused = 0;
    remote.refusal = () => {
      refused += 1;
      return { status: 429, headers: { "retry-after": "60" }, body: "rate limit exceeded" };
    };
    expect(await test.outcome("get_file_contents", FILE)).toBe(
      'server_error: it answered HTTP 429 (too many requests): rate limit exceeded (try again in 60 s) (MCP server "github")',
    );
    // Pings are refused as well, and mean no more.
    await vi.waitFor(() => expect(refused).toBeGreaterThan(5), PATIENCE);
    remote.refusal = () => undefined;
    expect(await test.outcome("get_file_contents", FILE)).toBe("# Contents of README.md");
    expect(test.problems).toEqual([]);
  });

  it("never sees its token logged or shown, whatever goes wrong", async () => {
    const telling = {
      name: "tells",
      description: `use ${TOKEN}`,
      inputSchema: { type: "object", title: TOKEN },
    };
    await using remote = await RemoteServer.open(() => createBehavingServer({ malformed_tools: [telling] }));
    await using test = await TestToolbox.open([github({ url: remote.url, read_only: false })]);
    const shown = [await test.outcome("echo", { message: `I know ${TOKEN}, Bearer ${TOKEN}` })];
    for (const tool of ["fails", "breaks", "malformed_answer"]) shown.push(await test.outcome(tool));
    const told = await test.tool("tells");
    remote.refusal = () => ({ status: 403, body: `not with ${TOKEN}` });
    shown.push(await test.outcome("echo"));
    await remote.stop();
    shown.push(await test.outcome("echo"), JSON.stringify(await test.toolbox.list()));
    shown.push(...test.problems, ...test.log.lines);
    expect(shown.join("\n")).not.toContain(TOKEN);
    expect(shown[0]).toBe("I know [secret], Bearer [secret]");
    expect(told).toMatchObject({ description: "use [secret]", input_schema: { title: "[secret]" } });
  });

  it("without a token lists its tools as unavailable, and says what is missing", async () => {
    await using test = await TestToolbox.open([github({ token: null })]);
    expect(await test.tool("get_file_contents")).toMatchObject({
      source: "mcp",
      server_id: "github",
      permission_scope: "read",
      available: false,
      unavailable_reason: "GITHUB_TOKEN is not set",
    });
    expect(await test.outcome("get_file_contents")).toBe("unavailable: GITHUB_TOKEN is not set");
    expect(test.problems).toEqual([]);
  });

  it("does not take the names of another server's tools while it has none of its own", async () => {
    const create = () => createBehavingServer({ more_tools: ["get_file_contents"] });
    await using remote = await RemoteServer.open(create);
    await using test = await TestToolbox.open([github({ token: null }), server("mine", http(remote.url))]);
    expect(await test.tool("get_file_contents")).toMatchObject({ server_id: "mine", available: true });
  });
});
