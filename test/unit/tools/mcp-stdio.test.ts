import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { server, stdio, TestToolbox } from "../../support/mcp/test-toolbox.ts";

const behaving = (...manners: string[]) => server("behaving", stdio("behaving-stdio.ts", manners));

/** Long enough for what may take seconds on a busy machine, and polled often. */
const PATIENCE = { timeout: 15_000, interval: 20 };

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const becomesAvailable = (test: TestToolbox, name = "echo") =>
  vi.waitFor(async () => expect((await test.tool(name))?.available).toBe(true), PATIENCE);

const becomesUnavailable = (test: TestToolbox, name = "echo") =>
  vi.waitFor(async () => expect((await test.tool(name))?.available).toBe(false), PATIENCE);

describe("an MCP server that is a child process", () => {
  it("that crashes in a call fails that call, is started again, and works as before", async () => {
    await using test = await TestToolbox.open([behaving()]);
    const before = await test.outcome("pid");
    expect(await test.outcome("crashes")).toMatch(/^server_error: the connection failed; whether/);
    await becomesAvailable(test);
    const after = await test.outcome("pid");
    expect(after).toMatch(/^\d+$/);
    expect(after).not.toBe(before);
    expect(test.problems).toEqual(["behaving: its process exited with code 7"]);
  });

  it("keeps its last known tools listed while it is down, with the reason", async () => {
    await using test = await TestToolbox.open([behaving()], { backoff_first: 600_000, backoff_max: 600_000 });
    const names = await test.names();
    await test.outcome("crashes");
    await becomesUnavailable(test);
    expect(await test.names()).toEqual(names);
    const reason = 'the MCP server "behaving" cannot be reached: its process exited with code 7';
    expect(await test.tool("echo")).toMatchObject({ available: false, unavailable_reason: reason });
    expect(await test.outcome("echo")).toBe(`unavailable: ${reason}`);
    expect(test.toolbox.servers()).toEqual([
      { server_id: "behaving", status: "failed", reason, tools: names.length },
    ]);
  });

  it("that cannot start says why, once, without its secrets, and harms nobody else", async () => {
    const vault = stdio("behaving-stdio.ts", ["broken"], { VAULT_TOKEN: "hunter2-hunter2" });
    await using test = await TestToolbox.open([
      server("vault", vault, { secrets: ["hunter2-hunter2"] }),
      server("missing", { kind: "stdio", command: "no-such-command-here", args: [], env: {} }),
      behaving(),
    ]);
    expect(await test.outcome("echo", { message: "fine" })).toBe("fine");
    // Further attempts fail for the same reason, which is not told again.
    await vi.waitFor(() => expect(test.log.lines.length).toBeGreaterThan(2), PATIENCE);
    expect(test.problems.toSorted()).toEqual([
      'missing: "no-such-command-here" could not be started: no such command or directory',
      "vault: its process exited with code 3; it last said: cannot open the vault with [secret]",
    ]);
    expect(test.log.lines.join("\n")).not.toContain("hunter2");
  });

  it("that prints what is no MCP on stdout works all the same", async () => {
    await using test = await TestToolbox.open([behaving("chatty")]);
    expect(await test.outcome("echo", { message: "over the noise" })).toBe("over the noise");
  });

  it("that never answers is given up in time, and ended", async () => {
    await using test = await TestToolbox.open([behaving("silent")], { connect_timeout: 300 });
    expect(test.problems).toEqual(["behaving: it did not answer within 0.3 s"]);
  });

  it("that hangs in a call is noticed when the call's time is over, and replaced", async () => {
    await using test = await TestToolbox.open([behaving()], { ping_timeout: 300 });
    const before = Number(await test.outcome("pid"));
    expect(await test.outcome("hangs", {}, AbortSignal.timeout(200))).toMatch(/^timeout: /);
    await becomesUnavailable(test);
    await becomesAvailable(test);
    expect(Number(await test.outcome("pid"))).not.toBe(before);
    expect(isAlive(before)).toBe(false);
  });

  it("sees of Baton's environment only what every program needs, and what is configured for it", async () => {
    vi.stubEnv("BATON_SECRET_OF_THE_PARENT", "do not tell");
    vi.stubEnv("OPENAI_API_KEY", "sk-not-for-tools");
    const target = stdio("behaving-stdio.ts", [], { CONFIGURED: "yes" });
    await using test = await TestToolbox.open([server("behaving", target)]);
    vi.unstubAllEnvs();
    const environment = JSON.parse(await test.outcome("environment")) as Record<string, string>;
    expect(environment).toMatchObject({ CONFIGURED: "yes", PATH: process.env.PATH });
    const allowed = ["CONFIGURED", "HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER"];
    expect(Object.keys(environment).filter((name) => !allowed.includes(name))).toEqual([]);
  });

  it("cannot tell its secrets to a run: they are removed from what tools return", async () => {
    const target = stdio("behaving-stdio.ts", [], { VAULT_TOKEN: "hunter2-hunter2" });
    await using test = await TestToolbox.open([server("behaving", target, { secrets: ["hunter2-hunter2"] })]);
    const environment = await test.outcome("environment");
    expect(environment).toContain('"VAULT_TOKEN":"[secret]"');
    expect(environment).not.toContain("hunter2");
  });

  it("ends with the toolbox, and with it what it started, however stubborn", async () => {
    const pids: number[] = [];
    {
      await using test = await TestToolbox.open([behaving("stubborn", "child")]);
      const environment = JSON.parse(await test.outcome("environment")) as Record<string, string>;
      pids.push(Number(await test.outcome("pid")), Number(environment.CHILD_PID));
      expect(pids.map(isAlive)).toEqual([true, true]);
    }
    await vi.waitFor(() => expect(pids.map(isAlive)).toEqual([false, false]), PATIENCE);
  });

  it("dies with Baton when Baton is killed without a chance to clean up", async () => {
    const script = fileURLToPath(new URL("../../support/mcp/doomed-parent.ts", import.meta.url));
    const parent = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
    const line = await new Promise<string>((resolve) =>
      parent.stdout.once("data", (data) => resolve(String(data))),
    );
    const pids = Object.values(JSON.parse(line) as Record<string, number>);
    expect(pids.map(isAlive)).toEqual([true, true]);
    parent.kill("SIGKILL");
    await vi.waitFor(() => expect(pids.map(isAlive)).toEqual([false, false]), PATIENCE);
  });
});
