import { ContainerModule } from "inversify";
import { AjvSchemaValidator } from "../../adapters/json-schema/ajv-validator.ts";
import { RunSessions } from "../../application/run-session.ts";
import { ToolScreening } from "../../application/tool-screening.ts";
import { firewallRules } from "../config.ts";
import { TOKENS } from "../tokens.ts";

/** What every process that changes runs needs: sessions, and the judgement on tool calls. */
export function runsModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.validator).toConstantValue(new AjvSchemaValidator());
    bind(TOKENS.sessions)
      .toResolvedValue(
        (store, clock, ids, meter, { retention_seconds }) =>
          new RunSessions({ store, clock, ids, meter }, { retention_seconds }),
        [TOKENS.store, TOKENS.clock, TOKENS.ids, TOKENS.meter, TOKENS.config],
      )
      .inSingletonScope();
    bind(TOKENS.screening)
      .toResolvedValue(
        (catalog, validator, config) => new ToolScreening(catalog, validator, firewallRules(config)),
        [TOKENS.catalog, TOKENS.validator, TOKENS.config],
      )
      .inSingletonScope();
    bind(TOKENS.guardrails)
      .toResolvedValue(({ guardrails, secrets }) => ({ ...guardrails, secrets }), [TOKENS.config])
      .inSingletonScope();
  });
}
