import { evaluate } from "../adapters/cli/eval.ts";
import { AjvSchemaValidator } from "../adapters/json-schema/ajv-validator.ts";
import { apiKeyFor, runCommand } from "./command.ts";
import { startOwnEngine } from "./own-engine.ts";

await runCommand((config) =>
  evaluate(process.argv.slice(2), {
    // Empty counts as unset, as in all of the configuration.
    url: process.env.BATON_URL || null,
    api_key: apiKeyFor(config),
    validator: new AjvSchemaValidator(),
    startEngine: () => startOwnEngine(config),
  }),
);
