import { UnknownRunError } from "../domain/errors.ts";
import type { RunId, Timestamp } from "../domain/ids.ts";
import type { Admission } from "../domain/ports/admission.ts";
import type { RunQueue } from "../domain/ports/run-queue.ts";
import type { MinuteCount, Throughput } from "../domain/ports/throughput.ts";
import type { ToolQueue } from "../domain/ports/tool-queue.ts";
import type { DeadLetter, QueueDepth } from "../domain/ports/work-queue.ts";
import type { WorkerEntry, WorkerRegistry } from "../domain/ports/worker-registry.ts";
import type { ReadRuns } from "./read-runs.ts";

/** How a deployment is doing, as an operator looks at it. */
export interface Operations {
  readonly workers: readonly WorkerEntry[];
  readonly queues: { readonly runs: QueueDepth; readonly tools: QueueDepth };
  /** Newest first. */
  readonly dead_letters: readonly DeadMessage[];
  /** Runs that have not ended. */
  readonly active_runs: number;
  /** Oldest first; the last minute is not over yet. */
  readonly throughput: readonly MinuteCount[];
}

/** A dead letter without what the message carried: arguments are the run's business. */
export interface DeadMessage {
  readonly queue: "runs" | "tools";
  readonly run_id: RunId | null;
  readonly call_id: string | null;
  readonly tool_name: string | null;
  readonly reason: string;
  readonly at: Timestamp;
}

export interface OperationsPorts {
  readonly runs: ReadRuns;
  readonly registry: WorkerRegistry;
  readonly run_queue: RunQueue;
  readonly tool_queue: ToolQueue;
  readonly admission: Admission;
  readonly throughput: Throughput;
}

/** So many dead letters are shown. */
const DEAD_LETTERS = 20;
const MINUTES = 15;

/** Answers "is it keeping up?": who is alive, what waits, what was given up on, what comes and goes. */
export class ReadOperations {
  readonly #ports: OperationsPorts;

  constructor(ports: OperationsPorts) {
    this.#ports = ports;
  }

  /** A tenant sees dead letters and active runs of its own; null sees all. */
  async execute(tenant_id: string | null): Promise<Operations> {
    const { registry, run_queue, tool_queue, admission, throughput } = this.#ports;
    const [workers, runs, tools, active_runs, minutes, dead_letters] = await Promise.all([
      registry.alive(),
      run_queue.depth(),
      tool_queue.depth(),
      admission.active(tenant_id ?? undefined),
      throughput.perMinute(MINUTES),
      this.#deadLetters(tenant_id),
    ]);
    return { workers, queues: { runs, tools }, dead_letters, active_runs, throughput: minutes };
  }

  async #deadLetters(tenant_id: string | null): Promise<readonly DeadMessage[]> {
    const { run_queue, tool_queue } = this.#ports;
    const [runs, tools] = await Promise.all([run_queue.dead(DEAD_LETTERS), tool_queue.dead(DEAD_LETTERS)]);
    const newest = [
      ...runs.map((letter) => tell("runs", letter)),
      ...tools.map((letter) => tell("tools", letter)),
    ]
      .toSorted((one, other) => (one.at < other.at ? 1 : -1))
      .slice(0, DEAD_LETTERS);
    if (tenant_id === null) return newest;
    const own = await Promise.all(newest.map(({ run_id }) => this.#isOf(tenant_id, run_id)));
    return newest.filter((_, index) => own[index]);
  }

  async #isOf(tenant_id: string, run_id: RunId | null): Promise<boolean> {
    if (run_id === null) return false;
    try {
      await this.#ports.runs.state(run_id, tenant_id);
      return true;
    } catch (error) {
      if (error instanceof UnknownRunError) return false;
      throw error;
    }
  }
}

function tell(queue: DeadMessage["queue"], { fields, reason, at }: DeadLetter): DeadMessage {
  const { run_id, call_id = null, tool_name = null } = fields;
  return { queue, run_id: (run_id as RunId | undefined) ?? null, call_id, tool_name, reason, at };
}
