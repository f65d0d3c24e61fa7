import { evaluate } from "../adapters/cli/eval.ts";
import { AjvSchemaValidator } from "../adapters/json-schema/ajv-validator.ts";
import { loadConfig } from "./config.ts";
import { startOwnEngine } from "./own-engine.ts";

const config = loadConfig();

process.exitCode = await evaluate(process.argv.slice(2), {
  // Empty counts as unset, as in all of the configuration.
  url: process.env.BATON_URL || null,
  api_key: process.env.BATON_API_KEY ?? config.api_keys[0]?.key ?? null,
  validator: new AjvSchemaValidator(),
  startEngine: () => startOwnEngine(config),
});
