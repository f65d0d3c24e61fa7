import { ContainerModule } from "inversify";
import { AcceptRun } from "../../application/accept-run.ts";
import { ApproveRun } from "../../application/approve-run.ts";
import { AwaitRun } from "../../application/await-run.ts";
import { CancelRun } from "../../application/cancel-run.ts";
import { DiagnoseRun } from "../../application/diagnose-run.ts";
import { FollowRun } from "../../application/follow-run.ts";
import { ForkRun } from "../../application/fork-run.ts";
import { ReadConversations } from "../../application/read-conversations.ts";
import { ReadOperations } from "../../application/read-operations.ts";
import { RecordFeedback } from "../../application/record-feedback.ts";
import { StartRun } from "../../application/start-run.ts";
import type { WorkerId } from "../../domain/ids.ts";
import { TOKENS } from "../tokens.ts";

/** The API looks at the queues without taking from them. */
const OBSERVER = "api" as WorkerId;

/** What clients ask for. Nothing here drives a run or executes a tool. */
export function apiModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.acceptRun)
      .toResolvedValue(
        (store, ids, meter, { limits }) => new AcceptRun(store, ids, meter, limits),
        [TOKENS.store, TOKENS.ids, TOKENS.meter, TOKENS.config],
      )
      .inSingletonScope();
    bind(TOKENS.startRun)
      .toResolvedValue(
        (sessions, accept, clock, ids, { model, run_deadline_seconds }) =>
          new StartRun(sessions, accept, clock, ids, {
            deadline_seconds: run_deadline_seconds,
            cost_limit_usd: model.budget_usd,
          }),
        [TOKENS.sessions, TOKENS.acceptRun, TOKENS.clock, TOKENS.ids, TOKENS.config],
      )
      .inSingletonScope();
    bind(TOKENS.forkRun)
      .toResolvedValue(
        (runs, sessions, accept, clock, ids, { run_deadline_seconds, approval_timeout_seconds }) =>
          new ForkRun(
            { runs, sessions, accept, clock, ids },
            { deadline_seconds: run_deadline_seconds, approval_timeout_seconds },
          ),
        [TOKENS.readRuns, TOKENS.sessions, TOKENS.acceptRun, TOKENS.clock, TOKENS.ids, TOKENS.config],
      )
      .inSingletonScope();
    bind(TOKENS.cancelRun)
      .toResolvedValue((sessions) => new CancelRun(sessions), [TOKENS.sessions])
      .inSingletonScope();
    bind(TOKENS.approveRun)
      .toResolvedValue(
        (sessions, catalog, validator, clock) => new ApproveRun(sessions, catalog, validator, clock),
        [TOKENS.sessions, TOKENS.catalog, TOKENS.validator, TOKENS.clock],
      )
      .inSingletonScope();
    bind(TOKENS.readConversations)
      .toResolvedValue(
        (conversations, store) => new ReadConversations(conversations, store),
        [TOKENS.conversations, TOKENS.store],
      )
      .inSingletonScope();
    bind(TOKENS.followRun)
      .toResolvedValue(
        (store, feed, clock) => new FollowRun(store, feed, clock),
        [TOKENS.store, TOKENS.feed, TOKENS.clock],
      )
      .inSingletonScope();
    bind(TOKENS.awaitRun)
      .toResolvedValue(
        (start, follow, ids) => new AwaitRun(start, follow, ids),
        [TOKENS.startRun, TOKENS.followRun, TOKENS.ids],
      )
      .inSingletonScope();
    bind(TOKENS.diagnoseRun)
      .toResolvedValue(
        (runs, inspection, registry, runQueueFor, toolQueueFor) =>
          new DiagnoseRun(runs, inspection, registry, runQueueFor(OBSERVER), toolQueueFor(OBSERVER)),
        [TOKENS.readRuns, TOKENS.inspection, TOKENS.registry, TOKENS.runQueueFor, TOKENS.toolQueueFor],
      )
      .inSingletonScope();
    bind(TOKENS.readOperations)
      .toResolvedValue(
        (runs, registry, runQueueFor, toolQueueFor, admission, throughput) =>
          new ReadOperations({
            runs,
            registry,
            run_queue: runQueueFor(OBSERVER),
            tool_queue: toolQueueFor(OBSERVER),
            admission,
            throughput,
          }),
        [
          TOKENS.readRuns,
          TOKENS.registry,
          TOKENS.runQueueFor,
          TOKENS.toolQueueFor,
          TOKENS.admission,
          TOKENS.throughput,
        ],
      )
      .inSingletonScope();
    bind(TOKENS.recordFeedback)
      .toResolvedValue((store, clock) => new RecordFeedback(store, clock), [TOKENS.feedback, TOKENS.clock])
      .inSingletonScope();
  });
}
