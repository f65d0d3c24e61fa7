import type { RunId, Timestamp } from "../domain/ids.ts";
import type { RunCustody, RunInspection } from "../domain/ports/run-inspection.ts";
import type { RunQueue } from "../domain/ports/run-queue.ts";
import type { ToolQueue } from "../domain/ports/tool-queue.ts";
import type { QueueDepth } from "../domain/ports/work-queue.ts";
import type { WorkerEntry, WorkerRegistry } from "../domain/ports/worker-registry.ts";
import { dueAt } from "../domain/run/next.ts";
import { hasEnded, openCalls, type RunState, type RunStatus } from "../domain/run/state.ts";
import type { ReadRuns } from "./read-runs.ts";

export type WaitingFor =
  | "nothing"
  | "conversation"
  | "workflow_worker"
  | "tool"
  | "tool_worker"
  | "approval"
  | "retry";

/** Why a run is where it is: one sentence for people, and the fields it was made of. */
export interface Diagnosis {
  readonly run_id: RunId;
  readonly status: RunStatus;
  readonly explanation: string;
  readonly waiting_for: WaitingFor;
  readonly since: Timestamp;
  readonly custody: RunCustody | null;
  readonly workers: readonly WorkerEntry[];
  readonly queues: { readonly runs: QueueDepth; readonly tools: QueueDepth };
  /** When the run's timer fires: a retry, an approval's expiry or its deadline. */
  readonly next_timer_at: Timestamp | null;
}

/** Answers "why is it stuck?" from the run's state, its lease, the workers alive and the queues. */
export class DiagnoseRun {
  readonly #runs: ReadRuns;
  readonly #inspection: RunInspection;
  readonly #registry: WorkerRegistry;
  readonly #run_queue: RunQueue;
  readonly #tool_queue: ToolQueue;

  constructor(
    runs: ReadRuns,
    inspection: RunInspection,
    registry: WorkerRegistry,
    run_queue: RunQueue,
    tool_queue: ToolQueue,
  ) {
    this.#runs = runs;
    this.#inspection = inspection;
    this.#registry = registry;
    this.#run_queue = run_queue;
    this.#tool_queue = tool_queue;
  }

  /** Throws UnknownRunError. */
  async execute(run_id: RunId, tenant_id: string | null): Promise<Diagnosis> {
    const state = await this.#runs.state(run_id, tenant_id);
    const [custody, workers, runs, tools] = await Promise.all([
      this.#inspection.inspect(run_id),
      this.#registry.alive(),
      this.#run_queue.depth(),
      this.#tool_queue.depth(),
    ]);
    return {
      run_id,
      status: state.situation.status,
      ...explain(state, custody, workers),
      since: state.updated_at,
      custody,
      workers,
      queues: { runs, tools },
      next_timer_at: dueAt(state),
    };
  }
}

function explain(
  state: RunState,
  custody: RunCustody | null,
  workers: readonly WorkerEntry[],
): Pick<Diagnosis, "explanation" | "waiting_for"> {
  const { situation } = state;
  if (hasEnded(state)) {
    return { waiting_for: "nothing", explanation: `The run has ended as ${situation.status}.` };
  }
  switch (situation.status) {
    case "waiting_for_approval": {
      const expiry = dueAt(state);
      const until = expiry === null ? "for as long as it takes" : `until ${expiry}`;
      const questions = situation.approvals.map(({ reason }) => reason.replace(/\.$/, "")).join("; ");
      return { waiting_for: "approval", explanation: `The run waits for a person ${until}: ${questions}.` };
    }
    case "waiting_for_tool":
      return explainTools(state, custody, workers);
    case "retrying":
      return {
        waiting_for: "retry",
        explanation: `The step ${situation.step} failed (${state.last_error?.message ?? "no reason given"}) and is tried again at ${situation.retry_at}.`,
      };
    default:
      return explainDriver(state, custody, workers);
  }
}

function explainTools(
  state: RunState,
  custody: RunCustody | null,
  workers: readonly WorkerEntry[],
): Pick<Diagnosis, "explanation" | "waiting_for"> {
  const open = openCalls(state);
  const names = open.map((call) => call.tool_name).join(", ");
  const begun = custody?.begun_calls ?? [];
  const lost = begun.filter((call) => !call.worker_alive);
  if (lost.length > 0) {
    return {
      waiting_for: "tool_worker",
      explanation: `The tool worker ${lost.map((call) => call.worker_id).join(", ")} died with ${names}; another takes over when its time to live has passed.`,
    };
  }
  if (begun.length > 0) {
    const holders = begun.map((call) => call.worker_id).join(", ");
    return { waiting_for: "tool", explanation: `The run waits for ${names}, which ${holders} is executing.` };
  }
  return workers.some((worker) => worker.kind === "tool")
    ? {
        waiting_for: "tool_worker",
        explanation: `The call of ${names} is queued: no tool worker has begun it yet.`,
      }
    : {
        waiting_for: "tool_worker",
        explanation: `The call of ${names} is queued, and no tool worker is alive.`,
      };
}

function explainDriver(
  state: RunState,
  custody: RunCustody | null,
  workers: readonly WorkerEntry[],
): Pick<Diagnosis, "explanation" | "waiting_for"> {
  const step = state.last_step ?? "receive";
  if (custody?.lease?.owner_alive) {
    return {
      waiting_for: "nothing",
      explanation: `The worker ${custody.lease.owner} is at the step ${step}.`,
    };
  }
  if (custody?.lease) {
    return {
      waiting_for: "workflow_worker",
      explanation: `The worker ${custody.lease.owner} died at the step ${step}; another takes over when its time to live has passed.`,
    };
  }
  const [at_work, ...others] = custody?.behind ?? [];
  if (at_work !== undefined) {
    const more = others.length === 0 ? "" : ` and ${others.length} more`;
    return {
      waiting_for: "conversation",
      explanation: `It is not the run's turn: the run ${at_work}${more} of its conversation comes first.`,
    };
  }
  const place = custody?.queued ? ` with ${custody.queued.position} messages before it` : "";
  return workers.some((worker) => worker.kind === "workflow")
    ? {
        waiting_for: "workflow_worker",
        explanation: `The run is queued${place} and waits for a workflow worker.`,
      }
    : { waiting_for: "workflow_worker", explanation: "The run is queued, and no workflow worker is alive." };
}
