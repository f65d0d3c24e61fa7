import { GITHUB_TOOLS } from "./github-tools.ts";
import { secretsIn } from "./secrets.ts";
import type { McpServerConfig } from "./server-config.ts";

/** GitHub's hosted MCP server. */
const GITHUB_MCP_URL = "https://api.githubcopilot.com/mcp/";

export interface GithubSettings {
  /** A personal access token; without one the tools are listed as not available. */
  readonly token: string | null;
  /** False lets the server offer tools that write, too. */
  readonly read_only: boolean;
  /** Another server that speaks the same, such as one for tests or of GitHub Enterprise; null is GitHub's own. */
  readonly url: string | null;
}

/**
 * GitHub as one more MCP server, over Streamable HTTP. `X-MCP-Readonly` asks the server to offer reading tools only
 * (github/github-mcp-server, docs/remote-server.md); one that offers others all the same has them withheld.
 */
export function githubServer({ token, read_only, url }: GithubSettings): McpServerConfig {
  const server = {
    server_id: "github",
    source: "mcp",
    tools: [],
    expected_tools: GITHUB_TOOLS,
    ...(read_only && { reading_only: "GITHUB_READ_ONLY is true, and this tool does more than read" }),
  } as const;
  if (token === null)
    return { ...server, target: { kind: "none", reason: "GITHUB_TOKEN is not set" }, secrets: [] };
  const headers = { Authorization: `Bearer ${token}`, ...(read_only && { "X-MCP-Readonly": "true" }) };
  return {
    ...server,
    target: { kind: "http", url: url ?? GITHUB_MCP_URL, headers },
    secrets: secretsIn(token),
  };
}
