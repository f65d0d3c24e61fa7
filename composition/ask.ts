import { ask } from "../adapters/cli/ask.ts";
import { apiKeyFor, runCommand } from "./command.ts";
import { startOwnEngine } from "./own-engine.ts";

await runCommand((config) =>
  ask(process.argv.slice(2), {
    url: process.env.BATON_URL ?? "http://localhost:8000",
    api_key: apiKeyFor(config),
    startEngine: () => startOwnEngine(config),
  }),
);
