import { GITHUB_TOOLS } from "./github-tools.ts";
import { secretsIn } from "./secrets.ts";
import type { McpServerConfig } from "./server-config.ts";

/** GitHub's hosted MCP server. */
const GITHUB_MCP_URL = "https://api.githubcopilot.com/mcp/";

export interface GithubSettings {
  /** A personal access token; without one the tools are listed as not available. */
  readonly token: string | null;
  /** False lets the server offer tools that write, too. Default true. */
  readonly read_only?: boolean;
  /** Another server that speaks the same, such as one for tests or of GitHub Enterprise. */
  readonly url?: string;
}

/** GitHub as one more MCP server, over Streamable HTTP, reading only unless told otherwise. */
export function githubServer({
  token,
  read_only = true,
  url = GITHUB_MCP_URL,
}: GithubSettings): McpServerConfig {
  const server = { server_id: "github", source: "mcp", tools: [], expected_tools: GITHUB_TOOLS } as const;
  if (token === null)
    return { ...server, target: { kind: "none", reason: "GITHUB_TOKEN is not set" }, secrets: [] };
  const headers = { Authorization: `Bearer ${token}`, ...(read_only && { "X-MCP-Readonly": "true" }) };
  return { ...server, target: { kind: "http", url, headers }, secrets: secretsIn(token) };
}
