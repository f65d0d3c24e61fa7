import { describe, expect, it, vi } from "vitest";
import { githubServer } from "../../../adapters/mcp/github-server.ts";
import { createBehavingServer, Sightings } from "../../support/mcp/behaving-server.ts";
import { HttpMcpServer } from "../../support/mcp/http-mcp-server.ts";
import { http, server, TestToolbox } from "../../support/mcp/test-toolbox.ts";

const PATIENCE = { timeout: 15_000, interval: 20 };
const TOKEN = "github_pat_11AAAAAA0123456789";

class RemoteServer extends HttpMcpServer implements AsyncDisposable {
  static async open(create = () => createBehavingServer()): Promise<RemoteServer> {
    const remote = new RemoteServer(create);
    await remote.start();
    return remote;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

const status = (test: TestToolbox) => test.toolbox.servers()[0]?.status;

describe("an MCP server over Streamable HTTP", () => {
  it("gets the configured headers with every request", async () => {
    await using remote = await RemoteServer.open();
    await using test = await TestToolbox.open([server("remote", http(remote.url, { "X-Team": "blue" }))]);
    await test.call("echo", { message: "x" });
    expect(remote.headers.length).toBeGreaterThanOrEqual(3);
    for (const headers of remote.headers) expect(headers["x-team"]).toBe("blue");
  });

  it("that forgot the session gets a new one, and the call is made in it", async () => {
    const sightings = new Sightings();
    await using remote = await RemoteServer.open(() => createBehavingServer({}, sightings));
    await using test = await TestToolbox.open([server("remote", http(remote.url))]);
    remote.forgetSessions();
    expect(await test.outcome("echo", { message: "again" })).toBe("again");
    expect(sightings.calls).toHaveLength(1);
  });

  it("that goes away in a call fails the call, and is found again when it is back", async () => {
    const sightings = new Sightings();
    await using remote = await RemoteServer.open(() => createBehavingServer({}, sightings));
    await using test = await TestToolbox.open([server("remote", http(remote.url))]);
    const call = test.outcome("slow");
    await vi.waitFor(() => expect(sightings.calls).toHaveLength(1), PATIENCE);
    await remote.stop();
    expect(await call).toMatch(/^server_error: /);
    await vi.waitFor(() => expect(status(test)).toBe("failed"), PATIENCE);
    expect((await test.tool("echo"))?.unavailable_reason).toMatch(
      /"remote" cannot be reached: .*ECONNREFUSED/,
    );
    await remote.start();
    await vi.waitFor(() => expect(status(test)).toBe("ready"), PATIENCE);
    expect(await test.outcome("echo", { message: "back" })).toBe("back");
  });

  it("that goes away while nobody calls it is noticed", async () => {
    await using remote = await RemoteServer.open();
    await using test = await TestToolbox.open([server("remote", http(remote.url))], { ping_interval: 50 });
    await remote.stop();
    await vi.waitFor(() => expect(status(test)).toBe("failed"), PATIENCE);
    expect(test.problems).toHaveLength(1);
  });

  it("that is not there at the start is connected to when it comes", async () => {
    await using remote = await RemoteServer.open();
    await remote.stop();
    await using test = await TestToolbox.open([server("remote", http(remote.url))]);
    expect(await test.names()).toEqual([]);
    expect(test.problems).toEqual([expect.stringMatching(/^remote: fetch failed: connect ECONNREFUSED/)]);
    await remote.start();
    await vi.waitFor(async () => expect(await test.names()).toContain("echo"), PATIENCE);
  });

  it("that refuses the credentials is told apart", async () => {
    await using remote = await RemoteServer.open();
    remote.refuse_with = 401;
    await using test = await TestToolbox.open([server("remote", http(remote.url))]);
    expect(test.problems).toEqual(["remote: it answered HTTP 401: no"]);
  });

  it("is told when the session is over", async () => {
    await using remote = await RemoteServer.open();
    {
      await using _test = await TestToolbox.open([server("remote", http(remote.url))]);
      expect(remote.sessions).toBe(1);
    }
    expect(remote.sessions).toBe(0);
  });
});

describe("GitHub", () => {
  it("is called with the token, and for reading only", async () => {
    await using remote = await RemoteServer.open();
    await using test = await TestToolbox.open([githubServer({ token: TOKEN, url: remote.url })]);
    await test.call("echo", { message: "x" });
    for (const headers of remote.headers) {
      expect(headers.authorization).toBe(`Bearer ${TOKEN}`);
      expect(headers["x-mcp-readonly"]).toBe("true");
    }
  });

  it("is called for writing too when that is asked for", async () => {
    await using remote = await RemoteServer.open();
    await using test = await TestToolbox.open([
      githubServer({ token: TOKEN, url: remote.url, read_only: false }),
    ]);
    await test.call("echo", { message: "x" });
    for (const headers of remote.headers) expect(headers).not.toHaveProperty("x-mcp-readonly");
  });

  it("by default is GitHub's own server", () => {
    const { target } = githubServer({ token: TOKEN });
    expect(target).toMatchObject({ kind: "http", url: "https://api.githubcopilot.com/mcp/" });
  });

  it("never sees its token logged or shown, whatever goes wrong", async () => {
    await using remote = await RemoteServer.open(() => createBehavingServer({ more_tools: ["tells"] }));
    await using test = await TestToolbox.open([githubServer({ token: TOKEN, url: remote.url })]);
    const shown = [await test.outcome("echo", { message: `I know ${TOKEN}, Bearer ${TOKEN}` })];
    shown.push(
      await test.outcome("fails"),
      await test.outcome("breaks"),
      await test.outcome("malformed_answer"),
    );
    remote.refuse_with = 403;
    shown.push(await test.outcome("echo"));
    await remote.stop();
    shown.push(
      await test.outcome("echo"),
      JSON.stringify(await test.toolbox.list()),
      ...test.problems,
      ...test.log.lines,
    );
    expect(shown.join("\n")).not.toContain(TOKEN);
    expect(shown[0]).toBe("I know [secret], Bearer [secret]");
  });

  it("without a token lists its tools as unavailable, and says what is missing", async () => {
    await using test = await TestToolbox.open([githubServer({ token: null })]);
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
    await using remote = await RemoteServer.open(() =>
      createBehavingServer({ more_tools: ["get_file_contents"] }),
    );
    await using test = await TestToolbox.open([
      githubServer({ token: null }),
      server("mine", http(remote.url)),
    ]);
    expect(await test.tool("get_file_contents")).toMatchObject({ server_id: "mine", available: true });
  });
});
