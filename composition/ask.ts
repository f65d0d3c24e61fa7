import { ask } from "../adapters/cli/ask.ts";
import { loadConfig } from "./config.ts";
import { startOwnEngine } from "./own-engine.ts";

const config = loadConfig();
const url = process.env.BATON_URL ?? "http://localhost:8000";
const api_key = process.env.BATON_API_KEY ?? config.api_keys[0]?.key ?? null;

process.exitCode = await ask(process.argv.slice(2), {
  url,
  api_key,
  startEngine: () => startOwnEngine(config),
});
