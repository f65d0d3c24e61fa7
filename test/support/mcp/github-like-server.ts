import type { IncomingHttpHeaders } from "node:http";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema, type Tool } from "@modelcontextprotocol/sdk/types.js";
import { RemoteServer } from "./http-mcp-server.ts";

const schema = (...properties: string[]): Tool["inputSchema"] => ({
  type: "object",
  properties: Object.fromEntries(properties.map((name) => [name, { type: "string" }])),
  required: properties,
});

const READING: Tool = {
  name: "get_file_contents",
  description: "Get the contents of a file from a repository",
  inputSchema: schema("owner", "repo", "path"),
  annotations: { readOnlyHint: true },
};
const WRITING: Tool = {
  name: "create_issue",
  description: "Open a new issue",
  inputSchema: schema("owner", "repo", "title"),
  annotations: { readOnlyHint: false },
};

/**
 * A server on loopback that poses as GitHub's hosted one: it wants the bearer token, takes `X-MCP-Readonly` as its documentation
 * says (unless it `ignores_read_only`), and has one tool that reads and one that writes, whose effects it keeps.
 */
export class GithubLikeServer extends RemoteServer {
  readonly issues: string[] = [];
  readonly token: string;

  static async serve(token: string, ignores_read_only = false): Promise<GithubLikeServer> {
    const server = new GithubLikeServer(token, ignores_read_only);
    await server.start();
    return server;
  }

  private constructor(token: string, ignores_read_only: boolean) {
    super((headers) =>
      this.#offering(isReadOnly(headers) && !ignores_read_only ? [READING] : [READING, WRITING]),
    );
    this.token = token;
    this.refusal = ({ authorization }) =>
      authorization === `Bearer ${token}`
        ? undefined
        : { status: 401, body: "unauthorized: bad credentials" };
  }

  #offering(tools: Tool[]): Server {
    const server = new Server({ name: "github-like", version: "1.0.0" }, { capabilities: { tools: {} } });
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
    server.setRequestHandler(CallToolRequestSchema, ({ params: { name, arguments: args } }) => {
      if (name === WRITING.name) this.issues.push(String(args?.title));
      const text = name === READING.name ? `# Contents of ${String(args?.path)}` : "issue created";
      return { content: [{ type: "text", text }] };
    });
    return server;
  }
}

/** "If this header is empty, false, f, no, n, 0 or off it is false; all other values are true." */
function isReadOnly(headers: IncomingHttpHeaders): boolean {
  const value = String(headers["x-mcp-readonly"] ?? "")
    .trim()
    .toLowerCase();
  return !["", "false", "f", "no", "n", "0", "off"].includes(value);
}
