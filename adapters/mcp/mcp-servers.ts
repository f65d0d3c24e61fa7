import { readFile } from "node:fs/promises";
import { CALCULATOR } from "./calculator/calculator-config.ts";
import { type GithubSettings, githubServer } from "./github-server.ts";
import { type McpConfig, McpConfigError, parseMcpConfig } from "./mcp-config.ts";
import type { McpServerConfig } from "./server-config.ts";
import type { Environment } from "./substitute.ts";

export interface McpServersSettings {
  /** Path of the `mcpServers` file; none when null. */
  readonly config_file: string | null;
  /** Variables that the file may refer to. */
  readonly environment: Environment;
  readonly github: GithubSettings;
}

/**
 * All MCP servers of a deployment: the calculator, GitHub, and those of the `mcpServers` file. An entry named `github` in
 * the file, also a disabled one, takes the place of the one that Baton brings. Throws McpConfigError.
 */
export async function mcpServers(settings: McpServersSettings): Promise<readonly McpServerConfig[]> {
  const { servers, disabled } = await readConfig(settings);
  if (servers.some(({ server_id }) => server_id === CALCULATOR.server_id)) {
    throw new McpConfigError([
      `mcpServers.${CALCULATOR.server_id}: Baton has a server of that name; choose another one`,
    ]);
  }
  const github = githubServer(settings.github);
  const replaced = [...servers.map(({ server_id }) => server_id), ...disabled].includes(github.server_id);
  return [CALCULATOR, ...(replaced ? [] : [github]), ...servers];
}

async function readConfig({ config_file, environment }: McpServersSettings): Promise<McpConfig> {
  if (config_file === null) return { servers: [], disabled: [] };
  const text = await readFile(config_file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new McpConfigError([`${config_file} cannot be read: ${error.code ?? error.message}`]);
  });
  return parseMcpConfig(text, environment);
}
