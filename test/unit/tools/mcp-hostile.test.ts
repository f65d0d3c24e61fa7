import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { ServerTarget } from "../../../adapters/mcp/server-config.ts";
import { createBehavingServer } from "../../support/mcp/behaving-server.ts";
import { RemoteServer } from "../../support/mcp/http-mcp-server.ts";
import { http, memory, server, stdio, TestToolbox } from "../../support/mcp/test-toolbox.ts";

const PATIENCE = { timeout: 15_000, interval: 20 };

describe("a server's message of more than 10 MiB", () => {
  it.each(["stdio", "http", "sse"] as const)("over %s fails the call with that reason", async (kind) => {
    await using remote = await RemoteServer.open(() => createBehavingServer());
    const targets: Readonly<Record<typeof kind, ServerTarget>> = {
      stdio: stdio("behaving-stdio.ts"),
      http: http(remote.url),
      sse: { kind: "sse", url: remote.sse_url, headers: {} },
    };
    await using test = await TestToolbox.open([server("big", targets[kind])]);
    expect(await test.outcome("gigantic")).toBe(
      "server_error: the connection failed; whether the call took effect is unknown: " +
        'it sent a message of more than 10 MiB (MCP server "big")',
    );
    await vi.waitFor(async () => expect(await test.outcome("echo", { message: "on" })).toBe("on"), PATIENCE);
  });

  it("is none when it is a list or a body that grew: many messages may pass", async () => {
    await using remote = await RemoteServer.open(() => createBehavingServer());
    for (const target of [stdio("behaving-stdio.ts"), http(remote.url)]) {
      await using test = await TestToolbox.open([server("busy", target)]);
      // 1.9 MiB each.
      for (let call = 0; call < 7; call += 1) {
        expect(await test.outcome("enormous")).toMatch(/\[output cut to the size limit\]$|é$/);
      }
      expect(test.problems).toEqual([]);
    }
  });
});

describe("a server that exits at once, again and again", () => {
  it("is started less and less often", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "baton-starts-"));
    const starts = path.join(folder, "starts");
    const script = `require("fs").appendFileSync(${JSON.stringify(starts)}, performance.timeOrigin + "\\n")`;
    const target = { kind: "stdio", command: process.execPath, args: ["-e", script], env: {} } as const;
    const times = () =>
      existsSync(starts) ? readFileSync(starts, "utf8").trim().split("\n").map(Number) : [];
    try {
      await using _test = await TestToolbox.open([server("brief", target)], {
        backoff_first: 100,
        backoff_max: 60_000,
      });
      await vi.waitFor(() => expect(times().length).toBeGreaterThanOrEqual(5), PATIENCE);
      const [first = 0, second = 0, , fourth = 0, fifth = 0] = times();
      // At least half of 100 ms, then half of 800 ms: jitter takes no more than the other half.
      expect(second - first).toBeGreaterThanOrEqual(50);
      expect(fifth - fourth).toBeGreaterThanOrEqual(400);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("a server that is a child process", () => {
  it("runs in the folder that its entry names", async () => {
    const cwd = realpathSync(tmpdir());
    const target = { ...stdio("behaving-stdio.ts"), cwd } as ServerTarget;
    await using test = await TestToolbox.open([server("there", target)]);
    expect(await test.outcome("where")).toBe(cwd);
  });

  it("that cannot run there says so", async () => {
    const target = { ...stdio("behaving-stdio.ts"), cwd: "/no/such/folder" } as ServerTarget;
    await using test = await TestToolbox.open([server("there", target)]);
    expect(test.problems).toEqual([
      expect.stringMatching(/could not be started in \/no\/such\/folder: no such/),
    ]);
  });
});

describe("a tool's name", () => {
  it.each([
    ["\u001b[2Kharmless", "that moves the cursor"],
    ["read\u202efile", "that turns the text around"],
    ["two\nlines", "of two lines"],
    ["", "that is empty"],
    ["x".repeat(129), "that goes on and on"],
  ])("%j is left out", async (name) => {
    const create = () =>
      createBehavingServer({ malformed_tools: [{ name, inputSchema: { type: "object" } }] });
    await using test = await TestToolbox.open([server("odd", memory(create))]);
    expect(await test.names()).not.toContain(name);
    expect(test.problems).toEqual([expect.stringMatching(/^odd: its tool "[ -~]*" is left out: a name has/)]);
  });

  it("may have letters of any language", async () => {
    await using test = await TestToolbox.open([
      server(
        "names",
        memory(() => createBehavingServer({ more_tools: ["читать/файл 読む.v2"] })),
      ),
    ]);
    expect(await test.outcome("читать/файл 読む.v2")).toMatch(/^читать/);
  });
});
