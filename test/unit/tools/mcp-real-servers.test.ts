import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ServerTarget } from "../../../adapters/mcp/server-config.ts";
import { http, server, TestToolbox } from "../../support/mcp/test-toolbox.ts";

/** The servers as their makers publish them, run by this very Node. */
const installed = (name: string) =>
  fileURLToPath(
    new URL(`../../../node_modules/@modelcontextprotocol/${name}/dist/index.js`, import.meta.url),
  );

const stdio = (name: string, ...args: string[]): ServerTarget => ({
  kind: "stdio",
  command: process.execPath,
  args: [installed(name), ...args],
  env: {},
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function startOverHttp(port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [installed("server-everything"), "streamableHttp"], {
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on("data", (text) => String(text).includes("listening") && resolve());
    child.once("exit", (code) => reject(new Error(`server-everything exited with ${code}`)));
  });
  return child;
}

describe.each(["stdio", "Streamable HTTP"])(
  "@modelcontextprotocol/server-everything over %s",
  (transport) => {
    let remote: ChildProcess | undefined;
    let target: ServerTarget = stdio("server-everything", "stdio");

    beforeAll(async () => {
      if (transport === "stdio") return;
      const port = await freePort();
      remote = await startOverHttp(port);
      target = http(`http://127.0.0.1:${port}/mcp`);
    });
    afterAll(() => remote?.kill());

    const open = () => TestToolbox.open([server("everything", target)]);

    it("lists its tools with their scopes", async () => {
      await using test = await open();
      expect(await test.tool("echo")).toMatchObject({ permission_scope: "read", available: true });
      expect(await test.tool("gzip-file-as-resource")).toMatchObject({ permission_scope: "write" });
      expect(await test.tool("simulate-research-query")).toMatchObject({
        available: false,
        unavailable_reason: expect.stringContaining("MCP task"),
      });
    });

    it("answers in text, structure, pictures and resources", async () => {
      await using test = await open();
      expect(await test.outcome("get-sum", { a: 17, b: 32 })).toBe("The sum of 17 and 32 is 49.");
      expect((await test.call("get-structured-content", { location: "Chicago" })).structured).toMatchObject({
        temperature: expect.any(Number),
      });
      expect((await test.call("get-tiny-image")).content[1]).toEqual({
        type: "image",
        mime_type: "image/png",
        bytes: 4033,
      });
      const { content } = await test.call("get-resource-reference", { resourceType: "Blob", resourceId: 2 });
      expect(content[1]).toMatchObject({ type: "resource", uri: "demo://resource/dynamic/blob/2" });
    });

    it("tells what is wrong with the arguments", async () => {
      await using test = await open();
      expect(await test.outcome("get-sum", { a: "x" })).toMatch(
        /^tool_error: .*expected number, received string/,
      );
    });

    it("reports progress, and stops when it is told to", async () => {
      await using test = await open();
      const cancel = new AbortController();
      const call = test.outcome(
        "trigger-long-running-operation",
        { duration: 60, steps: 120 },
        cancel.signal,
      );
      const progressed = () => expect(test.progress[0]).toMatchObject({ progress: 1, total: 120 });
      await vi.waitFor(progressed, { timeout: 15_000, interval: 20 });
      cancel.abort();
      expect(await call).toMatch(/^cancelled: /);
      expect(await test.outcome("echo", { message: "on" })).toBe("Echo: on");
    });
  },
);

describe("@modelcontextprotocol/server-filesystem", () => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "baton-files-")));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("writes and reads files where it may, and says where it may not", async () => {
    await using test = await TestToolbox.open([server("files", stdio("server-filesystem", folder))]);
    const note = path.join(folder, "note.txt");
    await test.call("write_file", { path: note, content: "remember the milk" });
    expect(readFileSync(note, "utf8")).toBe("remember the milk");
    expect(await test.outcome("read_text_file", { path: note })).toBe("remember the milk");
    expect(await test.outcome("read_text_file", { path: "/etc/hostname" })).toMatch(
      /^tool_error: .*[Aa]ccess denied/,
    );
    expect(await test.tool("write_file")).toMatchObject({ permission_scope: "destructive" });
    expect(await test.tool("read_text_file")).toMatchObject({ permission_scope: "read" });
  });
});
