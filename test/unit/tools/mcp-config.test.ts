// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are the format that is tested
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { McpConfigError, parseMcpConfig } from "../../../adapters/mcp/mcp-config.ts";
import { mcpServers } from "../../../adapters/mcp/mcp-servers.ts";
import { redact } from "../../../adapters/mcp/secrets.ts";

const ENVIRONMENT = { HOME: "/home/ada", NOTES_TOKEN: "s3cr3t-notes-token", EMPTY: "" };

const parse = (mcpServers: unknown) => parseMcpConfig(JSON.stringify({ mcpServers }), ENVIRONMENT);
const one = (entry: unknown) => parse({ it: entry }).servers[0];

function problems(text: string): readonly string[] {
  try {
    parseMcpConfig(text, ENVIRONMENT);
  } catch (error) {
    if (error instanceof McpConfigError) return error.problems;
  }
  return [];
}

const problemsOf = (mcpServers: unknown) => problems(JSON.stringify({ mcpServers }));

describe("the mcpServers format", () => {
  it("starts a command", () => {
    const entry = { command: "npx", args: ["-y", "server"], env: { MODE: "quiet" }, cwd: "/srv" };
    expect(one(entry)).toEqual({
      server_id: "it",
      source: "mcp",
      target: { kind: "stdio", command: "npx", args: ["-y", "server"], env: { MODE: "quiet" }, cwd: "/srv" },
      tools: [],
      expected_tools: [],
      secrets: [],
    });
  });

  it.each([
    [undefined, "http"],
    ["http", "http"],
    ["streamable-http", "http"],
    ["streamableHttp", "http"],
    ["sse", "sse"],
  ])("reaches a url, of type %s over %s", (type, kind) => {
    const target = {
      kind,
      url: "https://example.com/mcp",
      headers: { "X-Team": "blue" },
      ...(type === undefined && { either: true }),
    };
    expect(one({ type, url: "https://example.com/mcp", headers: { "X-Team": "blue" } })?.target).toEqual(
      target,
    );
  });

  it("passes over what is disabled, whatever it says", () => {
    expect(parse({ off: { disabled: true, nonsense: 1 }, on: { command: "x" } })).toMatchObject({
      servers: [{ server_id: "on" }],
      disabled: ["off"],
    });
  });

  it("lets fields pass that only other hosts know", () => {
    expect(one({ command: "x", autoApprove: ["read"], timeout: 60 })).toMatchObject({
      target: { command: "x" },
    });
  });

  it("takes what it says about single tools", () => {
    const tools = {
      "delete_*": { policy: "deny" },
      list: { scope: "read", on_unknown_outcome: "tell_model" },
    };
    expect(one({ command: "x", tools })?.tools).toEqual([
      { pattern: "delete_*", policy: "deny" },
      { pattern: "list", scope: "read", on_unknown_outcome: "tell_model" },
    ]);
  });

  it("takes what a program signs in with, and hides the secret", () => {
    const oauth = { client_id: "baton", client_secret: "${NOTES_TOKEN}", scope: "notes:read" };
    const server = one({ url: "https://example.com/mcp", oauth });
    expect(server?.target).toMatchObject({ oauth: { ...oauth, client_secret: "s3cr3t-notes-token" } });
    expect(server?.secrets).toEqual(["s3cr3t-notes-token"]);
    expect(problemsOf({ it: { url: "https://example.com", oauth: { client_id: "baton" } } })).toEqual([
      expect.stringMatching(/^mcpServers\.it\.oauth\.client_secret: /),
    ]);
  });

  it("puts variables in wherever a text may have them", () => {
    const entry = {
      command: "${HOME}/bin/server",
      args: [
        "--token=${NOTES_TOKEN}",
        "--level",
        "${LEVEL:-info}",
        "${EMPTY:-filled}",
        "${env:HOME}",
        "$HOME",
      ],
      env: { TOKEN: "${NOTES_TOKEN}" },
      cwd: "${HOME}",
    };
    expect(one(entry)?.target).toEqual({
      kind: "stdio",
      command: "/home/ada/bin/server",
      args: ["--token=s3cr3t-notes-token", "--level", "info", "filled", "/home/ada", "$HOME"],
      env: { TOKEN: "s3cr3t-notes-token" },
      cwd: "/home/ada",
    });
    const remote = {
      url: "https://${HOST:-example.com}/mcp",
      headers: { Authorization: "Bearer ${NOTES_TOKEN}" },
    };
    expect(one(remote)?.target).toEqual({
      kind: "http",
      url: "https://example.com/mcp",
      headers: { Authorization: "Bearer s3cr3t-notes-token" },
      either: true,
    });
  });

  it("makes a server that needs a missing variable one that cannot be reached, and keeps the others", () => {
    const { servers } = parse({
      lacking: {
        url: "https://example.com",
        headers: { Authorization: "Bearer ${MISSING}", "X-Key": "${OTHER}" },
      },
      fine: { command: "x" },
    });
    expect(servers.map(({ server_id, target }) => [server_id, target])).toMatchObject([
      [
        "lacking",
        {
          kind: "none",
          reason:
            "MISSING is not set (needed for headers.Authorization), OTHER is not set (needed for headers.X-Key)",
        },
      ],
      ["fine", { kind: "stdio" }],
    ]);
  });

  it.each([
    [{ command: "x", env: { API_KEY: "value-of-key" } }, "value-of-key"],
    [{ url: "http://x", headers: { Authorization: "Bearer token-in-header" } }, "token-in-header"],
    [{ url: "http://x", headers: { "X-Api-Key": "value-of-key" } }, "value-of-key"],
    [{ command: "x", args: ["--key", "${NOTES_TOKEN}"] }, "s3cr3t-notes-token"],
    [{ url: "https://ada:pass%20word@example.com/mcp" }, "pass word"],
    [{ url: "https://example.com/mcp?api_key=in-the-query" }, "in-the-query"],
  ])("knows which texts are secret: %j", (entry, secret) => {
    expect(redact(`before ${secret} after`, one(entry)?.secrets ?? [])).toBe("before [secret] after");
  });

  it("does not take ordinary values for secrets", () => {
    expect(
      one({ command: "x", args: ["${HOME}"], env: { LOG_LEVEL: "information", TOKEN: "on" } })?.secrets,
    ).toEqual([]);
  });
});

describe("what is wrong with it is told with server and field", () => {
  it.each([
    [{ it: {} }, 'mcpServers.it: needs "command" (a program to start) or "url" (a server to reach)'],
    [
      { it: { command: "x", url: "http://x" } },
      'mcpServers.it: has both "command" and "url"; a server has one of them',
    ],
    [{ it: { command: 7 } }, "mcpServers.it.command: Invalid input: expected string, received number"],
    [
      { it: { command: "x", args: ["a", 1] } },
      "mcpServers.it.args.1: Invalid input: expected string, received number",
    ],
    [
      { it: { command: "x", env: { A: true } } },
      "mcpServers.it.env.A: Invalid input: expected string, received boolean",
    ],
    [
      { it: { command: "x", type: "http" } },
      'mcpServers.it.type: a server with a "command" is of type "stdio"',
    ],
    [
      { it: { url: "http://x", type: "stdio" } },
      'mcpServers.it.type: a server with a "url" is of type "http" or "sse"',
    ],
    [{ it: { url: "example.com" } }, "mcpServers.it.url: must be a URL with http:// or https://"],
    [{ it: { url: "file:///etc/passwd" } }, "mcpServers.it.url: must be a URL with http:// or https://"],
    [
      { it: { command: "x", tools: { a: { policy: "maybe" } } } },
      'mcpServers.it.tools.a.policy: Invalid option: expected one of "allow"|"ask"|"deny"',
    ],
    [
      { it: { command: "x", tools: { a: { polcy: "ask" } } } },
      'mcpServers.it.tools.a: Unrecognized key: "polcy"',
    ],
    [
      { "my.server": { command: "x" } },
      "mcpServers.my.server: a server's name has 1 to 64 letters, digits, _ or -, since it stands in front of tool names",
    ],
    [
      { it: { command: "x", type: "carrier-pigeon" } },
      /^mcpServers\.it\.type: Invalid option: expected one of "stdio"\|/,
    ],
  ])("%j", (mcpServers, expected) => {
    expect(problemsOf(mcpServers)).toEqual([
      typeof expected === "string" ? expected : expect.stringMatching(expected),
    ]);
  });

  it("all at once", () => {
    expect(problemsOf({ one: {}, two: { command: 1 }, three: { command: "fine" } })).toHaveLength(2);
  });

  it.each([
    ["[]", "the file: Invalid input: expected object, received array"],
    ["{}", "mcpServers: Invalid input: expected record, received undefined"],
    ['{"mcpServers": []}', "mcpServers: Invalid input: expected record, received array"],
  ])("when the file as a whole is something else: %s", (text, expected) => {
    expect(problems(text)).toEqual([expected]);
  });

  it("with the place of a syntax error, but not its text", () => {
    const text = '{"mcpServers": {\n  "it": {"env": {"TOKEN": "very-secret" "x": 1}}\n}}';
    expect(problems(text)).toEqual(["it is not JSON: see line 2, column 41"]);
  });
});

describe("the servers of a deployment", () => {
  const GITHUB = { token: null, read_only: true, url: null };

  async function ids(mcpServersEntry: unknown): Promise<readonly string[]> {
    const folder = mkdtempSync(path.join(tmpdir(), "baton-mcp-"));
    const config_file = path.join(folder, "mcp.json");
    writeFileSync(config_file, JSON.stringify({ mcpServers: mcpServersEntry }));
    try {
      const servers = await mcpServers({ config_file, environment: {}, github: GITHUB });
      return servers.map(({ server_id, target }) => `${server_id} ${target.kind}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it("are the calculator, GitHub, and those of the file", async () => {
    expect(await ids({ notes: { command: "x" } })).toEqual([
      "calculator memory",
      "github none",
      "notes stdio",
    ]);
    const none = await mcpServers({
      config_file: null,
      environment: {},
      github: { ...GITHUB, token: "x".repeat(20) },
    });
    expect(none.map(({ server_id }) => server_id)).toEqual(["calculator", "github"]);
  });

  it("have GitHub as the file says, when it says so", async () => {
    expect(await ids({ github: { command: "docker" } })).toEqual(["calculator memory", "github stdio"]);
    expect(await ids({ github: { disabled: true } })).toEqual(["calculator memory"]);
  });

  it("cannot have another calculator", async () => {
    await expect(ids({ calculator: { command: "x" } })).rejects.toThrow(/mcpServers.calculator: Baton has/);
  });

  it("cannot come from a file that is not there", async () => {
    const missing = { config_file: "/nowhere/mcp.json", environment: {}, github: GITHUB };
    await expect(mcpServers(missing)).rejects.toThrow("/nowhere/mcp.json cannot be read: ENOENT");
  });
});
