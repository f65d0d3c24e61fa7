import { ContainerModule } from "inversify";
import { MemoryCache } from "../../adapters/memory/cache.ts";
import { ModelCalls } from "../../application/model-calls.ts";
import { ModelJudge } from "../../application/model-judge.ts";
import { RecallConversation } from "../../application/recall-conversation.ts";
import { FinalizeStep } from "../../application/steps/finalize.ts";
import { MaybeApproveStep } from "../../application/steps/maybe-approve.ts";
import { PlanStep } from "../../application/steps/plan.ts";
import { ReceiveStep } from "../../application/steps/receive.ts";
import { RespondStep } from "../../application/steps/respond.ts";
import { RetrieveStep } from "../../application/steps/retrieve.ts";
import { VerifyStep } from "../../application/steps/verify.ts";
import { CallScreening } from "../../application/tool-screening.ts";
import { createWorkflowWorker } from "../../application/workflow-worker.ts";
import { TOKENS } from "../tokens.ts";

/** How failed steps are tried again: five tries within about half a minute. */
export const RETRY = { max_attempts: 5, initial_seconds: 1, max_seconds: 30 };
const TIMER_INTERVAL_MS = 200;
const RETRIEVAL_CACHE_SECONDS = 600;
/** So many workers may die over one run before it is given up. */
const RUN_MAX_DELIVERIES = 20;

/** Driving runs: the steps and the worker that takes wake-ups. Needs a model, an index and the shared ports. */
export function workflowModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.steps)
      .toResolvedValue(
        (catalog, store, index, model, screening, clock, ids, meter, guardrails, config) => {
          const { approval_timeout_seconds, conversation_max_tokens, max_iterations } = config;
          const recall = new RecallConversation(store, guardrails, { max_tokens: conversation_max_tokens });
          const models = new ModelCalls({ model, clock, meter });
          const { judged: capabilities, judgement_ms: timeout_ms } = config.model;
          const judge = new ModelJudge(models, clock, {
            capabilities,
            timeout_ms,
            secrets: guardrails.secrets,
          });
          const calls = new CallScreening(screening, clock, ids, { approval_timeout_seconds });
          const respond = { calls: models, catalog, screening: calls, clock };
          // Each process has its own index, so each has its own cache of what was found in it.
          const retrieved = config.caches.retrieval ? new MemoryCache() : null;
          return [
            new ReceiveStep(catalog, recall, judge, guardrails),
            new PlanStep(catalog, judge),
            new RetrieveStep({ index, cache: retrieved, clock, ids }, guardrails, {
              cache_seconds: RETRIEVAL_CACHE_SECONDS,
            }),
            new RespondStep(respond, guardrails, { max_iterations }),
            new VerifyStep(judge, { uncited_answers: config.uncited_answers }),
            new MaybeApproveStep(clock, { approval_timeout_seconds }),
            new FinalizeStep(),
          ];
        },
        [
          TOKENS.catalog,
          TOKENS.store,
          TOKENS.index,
          TOKENS.model,
          TOKENS.screening,
          TOKENS.clock,
          TOKENS.ids,
          TOKENS.meter,
          TOKENS.guardrails,
          TOKENS.config,
        ],
      )
      .inSingletonScope();
    bind(TOKENS.workflowWorker)
      .toResolvedValue(
        (steps, sessions, lease, queueFor, timers, registry, feed, clock, ids, log, meter, config) =>
          createWorkflowWorker(
            { sessions, lease, queueFor, timers, registry, feed, clock, ids, log, meter },
            steps,
            {
              kind: "workflow",
              concurrency: config.worker_concurrency,
              ttl_seconds: config.worker_ttl_seconds,
              drain_seconds: config.drain_seconds,
              retry: RETRY,
              max_deliveries: RUN_MAX_DELIVERIES,
              timer_interval_ms: TIMER_INTERVAL_MS,
            },
          ),
        [
          TOKENS.steps,
          TOKENS.sessions,
          TOKENS.lease,
          TOKENS.runQueueFor,
          TOKENS.timers,
          TOKENS.registry,
          TOKENS.feed,
          TOKENS.clock,
          TOKENS.ids,
          TOKENS.log,
          TOKENS.meter,
          TOKENS.config,
        ],
      )
      .inSingletonScope();
  });
}
