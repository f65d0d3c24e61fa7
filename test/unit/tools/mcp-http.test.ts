import { describe, expect, it, vi } from "vitest";
import type { ServerTarget } from "../../../adapters/mcp/server-config.ts";
import { createBehavingServer, Sightings } from "../../support/mcp/behaving-server.ts";
import { RemoteServer } from "../../support/mcp/http-mcp-server.ts";
import { http, server, TestToolbox } from "../../support/mcp/test-toolbox.ts";

const PATIENCE = { timeout: 15_000, interval: 20 };

const createPlain = () => createBehavingServer();
const status = (test: TestToolbox) => test.toolbox.servers()[0]?.status;

describe("an MCP server over Streamable HTTP", () => {
  it("gets the configured headers with every request", async () => {
    await using remote = await RemoteServer.open(createPlain);
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
    await using remote = await RemoteServer.open(createPlain);
    await using test = await TestToolbox.open([server("remote", http(remote.url))], { ping_interval: 50 });
    await remote.stop();
    await vi.waitFor(() => expect(status(test)).toBe("failed"), PATIENCE);
    expect(test.problems).toHaveLength(1);
  });

  it("that is not there at the start is connected to when it comes", async () => {
    await using remote = await RemoteServer.open(createPlain);
    await remote.stop();
    await using test = await TestToolbox.open([server("remote", http(remote.url))]);
    expect(await test.names()).toEqual([]);
    expect(test.problems).toEqual([expect.stringMatching(/^remote: fetch failed: connect ECONNREFUSED/)]);
    await remote.start();
    await vi.waitFor(async () => expect(await test.names()).toContain("echo"), PATIENCE);
  });

  it("that refuses the credentials is told apart", async () => {
    await using remote = await RemoteServer.open(createPlain);
    remote.refusal = () => ({ status: 401, body: "sign in first" });
    await using test = await TestToolbox.open([server("remote", http(remote.url))]);
    expect(test.problems).toEqual([
      "remote: it answered HTTP 401 (its credentials are missing, wrong or expired): sign in first",
    ]);
  });

  it("that speaks only the older transport is reached by it, unless the entry says otherwise", async () => {
    await using remote = await RemoteServer.open(createPlain);
    const target = { ...http(remote.sse_url, { "X-Team": "blue" }), either: true } as ServerTarget;
    await using test = await TestToolbox.open([
      server("old", target),
      server("strict", http(remote.sse_url)),
    ]);
    expect(await test.outcome("echo", { message: "still here" })).toBe("still here");
    expect(test.problems).toEqual(["strict: it answered HTTP 405: method not allowed"]);
    for (const headers of remote.headers.slice(-3)) expect(headers["x-team"]).toBe("blue");
  });

  it("that is not at that address is told with its first answer", async () => {
    await using remote = await RemoteServer.open(createPlain);
    remote.refusal = () => ({ status: 404, body: "nothing here" });
    const target = { ...http(remote.url), either: true } as ServerTarget;
    await using test = await TestToolbox.open([server("lost", target)]);
    expect(test.problems).toEqual(["lost: it answered HTTP 404: nothing here"]);
  });

  it("is told when the session is over", async () => {
    await using remote = await RemoteServer.open(createPlain);
    {
      await using _test = await TestToolbox.open([server("remote", http(remote.url))]);
      expect(remote.sessions).toBe(1);
    }
    expect(remote.sessions).toBe(0);
  });
});
