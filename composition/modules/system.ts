import { ContainerModule } from "inversify";
import { PinoLog } from "../../adapters/telemetry/pino-log.ts";
import { PrometheusMeter } from "../../adapters/telemetry/prometheus-meter.ts";
import { RandomIds } from "../../adapters/telemetry/random-ids.ts";
import { SystemClock } from "../../adapters/telemetry/system-clock.ts";
import type { Config } from "../config.ts";
import { TOKENS } from "../tokens.ts";

/** What every process has: its configuration, time, ids, log and numbers. */
export function systemModule(config: Config): ContainerModule {
  return new ContainerModule(({ bind }) => {
    const meter = new PrometheusMeter();
    bind(TOKENS.config).toConstantValue(config);
    bind(TOKENS.clock).toConstantValue(new SystemClock());
    bind(TOKENS.ids).toConstantValue(new RandomIds());
    bind(TOKENS.log).toConstantValue(PinoLog.create({ level: config.log_level, secrets: config.secrets }));
    bind(TOKENS.meter).toConstantValue(meter);
    bind(TOKENS.metrics).toConstantValue(() => meter.text());
  });
}
