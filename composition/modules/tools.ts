import { ContainerModule } from "inversify";
import { ToolScreening } from "../../application/tool-screening.ts";
import { createToolWorker } from "../../application/tool-worker.ts";
import { firewallRules } from "../config.ts";
import { TOKENS } from "../tokens.ts";

const CACHE_SECONDS = 60;

/** Executing tools: the worker that takes requests. Needs a toolbox and the shared ports. */
export function toolsModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.toolWorker)
      .toResolvedValue(
        (
          toolbox,
          announcements,
          validator,
          sessions,
          queueFor,
          ledger,
          cache,
          registry,
          feed,
          clock,
          ids,
          log,
          meter,
          guardrails,
          config,
        ) =>
          createToolWorker(
            {
              toolbox,
              invoker: toolbox,
              announcements,
              // What a worker can execute, its own toolbox knows best.
              screening: new ToolScreening(toolbox, validator, firewallRules(config)),
              sessions,
              queueFor,
              ledger,
              cache: config.caches.tool_result ? cache : null,
              registry,
              feed,
              clock,
              ids,
              log,
              meter,
            },
            guardrails,
            {
              kind: "tool",
              concurrency: config.worker_concurrency,
              ttl_seconds: config.worker_ttl_seconds,
              drain_seconds: config.drain_seconds,
              timeout_seconds: config.tool_timeout_seconds,
              max_deliveries: config.tool_max_deliveries,
              cache_seconds: CACHE_SECONDS,
              approval_timeout_seconds: config.approval_timeout_seconds,
            },
          ),
        [
          TOKENS.toolbox,
          TOKENS.announcements,
          TOKENS.validator,
          TOKENS.sessions,
          TOKENS.toolQueueFor,
          TOKENS.ledger,
          TOKENS.cache,
          TOKENS.registry,
          TOKENS.feed,
          TOKENS.clock,
          TOKENS.ids,
          TOKENS.log,
          TOKENS.meter,
          TOKENS.guardrails,
          TOKENS.config,
        ],
      )
      .inSingletonScope();
  });
}
