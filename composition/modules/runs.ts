import { ContainerModule } from "inversify";
import { AjvSchemaValidator } from "../../adapters/json-schema/ajv-validator.ts";
import { OtlpTraceExporter } from "../../adapters/telemetry/otlp-trace-exporter.ts";
import { ExportTraces } from "../../application/export-traces.ts";
import { ReadRuns } from "../../application/read-runs.ts";
import { RunSessions } from "../../application/run-session.ts";
import { ToolScreening } from "../../application/tool-screening.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Meter } from "../../domain/ports/meter.ts";
import { type Config, firewallRules } from "../config.ts";
import { VERSION } from "../http.ts";
import { TOKENS, type TraceExport } from "../tokens.ts";

/** What every process that changes runs needs: sessions, and the judgement on tool calls. */
export function runsModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.validator).toConstantValue(new AjvSchemaValidator());
    bind(TOKENS.readRuns)
      .toResolvedValue((store) => new ReadRuns(store), [TOKENS.store])
      .inSingletonScope();
    bind(TOKENS.traceExport)
      .toResolvedValue(traceExport, [TOKENS.readRuns, TOKENS.clock, TOKENS.log, TOKENS.meter, TOKENS.config])
      .inSingletonScope();
    bind(TOKENS.sessions)
      .toResolvedValue(
        (store, clock, ids, meter, { ended }, { retention_seconds }) =>
          new RunSessions({ store, clock, ids, meter, ended }, { retention_seconds }),
        [TOKENS.store, TOKENS.clock, TOKENS.ids, TOKENS.meter, TOKENS.traceExport, TOKENS.config],
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

function traceExport(
  runs: ReadRuns,
  clock: Clock,
  log: Log,
  meter: Meter,
  { otlp_endpoint }: Config,
): TraceExport {
  if (otlp_endpoint === null) return { ended: () => undefined, close: async () => undefined };
  const service = { name: "baton", version: VERSION };
  const exporter = new OtlpTraceExporter({ clock, log, meter }, { endpoint: otlp_endpoint, service });
  const traces = new ExportTraces(runs, exporter, log);
  return {
    ended: (run_id) => traces.ended(run_id),
    async close() {
      await traces.settled();
      await exporter.close();
    },
  };
}
