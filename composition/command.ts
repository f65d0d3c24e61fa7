import { type Config, loadConfig } from "./config.ts";
import { ConfigError } from "./settings.ts";

/** Runs a command of the terminal, which returns its exit code; a wrong configuration is one message and exit code 2. */
export async function runCommand(command: (config: Config) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command(loadConfig());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

/** The key that commands send to an engine that wants one. */
export function apiKeyFor(config: Config): string | null {
  return process.env.BATON_API_KEY ?? config.api_keys[0]?.key ?? null;
}
