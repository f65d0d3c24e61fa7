import { ContainerModule } from "inversify";
import { McpConfigError } from "../../adapters/mcp/mcp-config.ts";
import { mcpServers } from "../../adapters/mcp/mcp-servers.ts";
import { McpToolbox } from "../../adapters/mcp/mcp-toolbox.ts";
import type { Config } from "../config.ts";
import { VERSION } from "../http.ts";
import { ConfigError } from "../settings.ts";
import { TOKENS } from "../tokens.ts";

/** Calls are taken when each server was reached or found out of reach, and at the latest then. */
const CONNECT_MS = 3_000;

/** The MCP servers of this deployment. Throws ConfigError when MCP_CONFIG is wrong. */
export async function toolboxModule(config: Config): Promise<ContainerModule> {
  const servers = await serversOf(config);
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.toolbox)
      .toResolvedValue(
        (validator, log) => {
          const listeners = new Set<() => void>();
          const toolbox = new McpToolbox(servers, {
            client: { name: "baton", version: VERSION },
            validator,
            log,
            events: {
              onservererror: (server_id, problem) =>
                log.warn("MCP server out of reach", { server_id, ...problem }),
              onchange: () => {
                for (const listener of listeners) listener();
              },
            },
          });
          return {
            list: () => toolbox.list(),
            faults: () => toolbox.faults(),
            invoke: (request, signal, onProgress) => toolbox.invoke(request, signal, onProgress),
            async start() {
              await toolbox.start();
              await toolbox.settled(AbortSignal.timeout(CONNECT_MS));
            },
            close: () => toolbox.close(),
            onChange: (listener) => {
              listeners.add(listener);
              return () => listeners.delete(listener);
            },
          };
        },
        [TOKENS.validator, TOKENS.log],
      )
      .inSingletonScope();
  });
}

async function serversOf({ mcp_config, github }: Config) {
  try {
    return await mcpServers({
      config_file: mcp_config,
      environment: process.env,
      github,
    });
  } catch (error) {
    if (error instanceof McpConfigError) throw new ConfigError([`MCP_CONFIG: ${error.message}`]);
    throw error;
  }
}
