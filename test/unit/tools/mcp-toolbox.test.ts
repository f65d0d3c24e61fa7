import { describe, expect, it, vi } from "vitest";
import { CALCULATOR } from "../../../adapters/mcp/calculator/calculator-config.ts";
import { BEHAVIOURS, createBehavingServer, Sightings } from "../../support/mcp/behaving-server.ts";
import { memory, server, TestToolbox } from "../../support/mcp/test-toolbox.ts";

const PATIENCE = { timeout: 15_000, interval: 20 };

describe("the toolbox", () => {
  it("has the calculator", async () => {
    await using test = await TestToolbox.open([CALCULATOR]);
    expect(await test.tool("calculator")).toMatchObject({
      source: "builtin",
      server_id: "calculator",
      permission_scope: "read",
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
      available: true,
    });
    expect(await test.call("calculator", { expression: "17 + 32" })).toEqual({
      content: [{ type: "text", text: "49" }],
      structured: { expression: "17 + 32", result: "49", value: 49 },
    });
    expect(await test.outcome("calculator", { expression: "1/0" })).toBe("tool_error: division by zero");
  });

  it("collects all pages of a server's tools", async () => {
    await using test = await TestToolbox.open([
      server(
        "paged",
        memory(() => createBehavingServer({ page_size: 3 })),
      ),
    ]);
    expect((await test.names()).toSorted()).toEqual(BEHAVIOURS.toSorted());
  });

  it("lists the tools anew when the server says that they changed", async () => {
    await using test = await TestToolbox.open([
      server(
        "growing",
        memory(() => createBehavingServer()),
      ),
    ]);
    expect(await test.names()).not.toContain("grown");
    await test.call("grows_a_tool");
    await vi.waitFor(async () => expect(await test.names()).toContain("grown"), PATIENCE);
    expect(await test.outcome("grown")).toMatch(/^grown of process/);
  });

  it("leaves out a malformed tool, says so, and keeps the others", async () => {
    const create = () => createBehavingServer({ malformed_tools: [{ name: "odd" }, 7] });
    await using test = await TestToolbox.open([server("odd", memory(create))]);
    expect(await test.names()).toHaveLength(BEHAVIOURS.length);
    expect(test.problems).toEqual([
      expect.stringMatching(/^odd: its tool odd is left out: inputSchema: /),
      expect.stringMatching(/^odd: its tool without a name is left out: /),
    ]);
  });

  it("sends the call id as idempotency key, the run id, and a token for progress", async () => {
    const sightings = new Sightings();
    await using test = await TestToolbox.open([
      server(
        "seeing",
        memory(() => createBehavingServer({}, sightings)),
      ),
    ]);
    expect(await test.outcome("progressing")).toBe("done");
    expect(sightings.calls).toEqual([
      {
        name: "progressing",
        meta: {
          "baton/idempotency-key": "call-1",
          "baton/run-id": "run-1",
          progressToken: expect.any(Number),
        },
      },
    ]);
    expect(test.progress).toEqual([1, 2, 3, 4, 5].map((progress) => ({ progress, total: 5 })));
  });

  it("tells the server when a call is cancelled", async () => {
    const sightings = new Sightings();
    await using test = await TestToolbox.open([
      server(
        "seeing",
        memory(() => createBehavingServer({}, sightings)),
      ),
    ]);
    const cancel = new AbortController();
    const call = test.outcome("slow", {}, cancel.signal);
    await vi.waitFor(() => expect(sightings.calls).toHaveLength(1), PATIENCE);
    cancel.abort();
    expect(await call).toMatch(/^cancelled: /);
    await vi.waitFor(() => expect(sightings.cancelled).toEqual(["slow"]), PATIENCE);
  });

  it("applies what the operator says about single tools, the most specific first", async () => {
    const tools = [
      { pattern: "*", policy: "deny", scope: "write" },
      { pattern: "ec*", policy: "ask" },
      { pattern: "echo", on_unknown_outcome: "ask" },
    ] as const;
    await using test = await TestToolbox.open([
      server(
        "tuned",
        memory(() => createBehavingServer()),
        { tools },
      ),
    ]);
    expect(await test.tool("echo")).toMatchObject({
      policy: "ask",
      permission_scope: "write",
      on_unknown_outcome: "ask",
    });
    const pid = await test.tool("pid");
    expect(pid).toMatchObject({ policy: "deny", permission_scope: "write" });
    expect(pid).not.toHaveProperty("on_unknown_outcome");
  });

  it("derives the scope from the annotations when nobody says otherwise", async () => {
    await using test = await TestToolbox.open([
      server(
        "plain",
        memory(() => createBehavingServer()),
      ),
    ]);
    expect(await test.tool("echo")).toMatchObject({
      permission_scope: "read",
      annotations: { title: "Echo" },
    });
    expect(await test.tool("pid")).toMatchObject({ permission_scope: "destructive" });
  });

  it("sends each call to the server whose tool it is, whatever the others call theirs", async () => {
    const seen = { one: new Sightings(), two: new Sightings() };
    await using test = await TestToolbox.open([
      server(
        "one",
        memory(() => createBehavingServer({ list_delay_ms: 100, more_tools: ["only_here"] }, seen.one)),
      ),
      server(
        "two",
        memory(() => createBehavingServer({}, seen.two)),
      ),
    ]);
    expect(await test.names()).toEqual(expect.arrayContaining(["one.echo", "two.echo", "only_here"]));
    expect(await test.names()).not.toContain("echo");
    await test.call("two.echo", { message: "x" });
    await test.call("only_here");
    expect(seen.one.calls.map(({ name }) => name)).toEqual(["only_here"]);
    expect(seen.two.calls.map(({ name }) => name)).toEqual(["echo"]);
    expect(await test.outcome("echo")).toMatch(/^unavailable: /);
  });

  it("calls nothing any more once it is closed", async () => {
    const test = await TestToolbox.open([
      server(
        "brief",
        memory(() => createBehavingServer()),
      ),
    ]);
    const call = test.outcome("slow");
    await test.toolbox.close();
    expect(await call).toMatch(/^server_error: /);
    expect(await test.outcome("echo")).toBe(
      'unavailable: the connection to the MCP server "brief" was closed',
    );
  });
});
