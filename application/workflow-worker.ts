import type { RunId, WorkerId } from "../domain/ids.ts";
import type { EventFeed } from "../domain/ports/event-feed.ts";
import type { RunQueue } from "../domain/ports/run-queue.ts";
import type { Timers } from "../domain/ports/timers.ts";
import type { Delivery } from "../domain/ports/work-queue.ts";
import { STOPPING_EVENTS } from "../domain/run/endings.ts";
import type { RetryPolicy } from "../domain/run/retry.ts";
import { type CoordinatorPorts, RunCoordinator } from "./run-coordinator.ts";
import { Worker, type WorkerOptions, type WorkerPorts } from "./worker.ts";
import type { WorkflowStep } from "./workflow-step.ts";

type RunMessage = { readonly run_id: RunId };

export interface WorkflowWorkerPorts extends WorkerPorts, Omit<CoordinatorPorts, "queue"> {
  readonly feed: EventFeed;
  readonly timers: Timers;
  /** The run queue as the worker of that id sees it. */
  readonly queueFor: (worker_id: WorkerId) => RunQueue;
}

export interface WorkflowWorkerOptions extends WorkerOptions {
  readonly retry: RetryPolicy;
  /** After so many deliveries of a wake-up its run is given up. */
  readonly max_deliveries: number;
  /** How often due timers are looked for. */
  readonly timer_interval_ms: number;
}

const TIMERS_AT_ONCE = 100;
const HELD_PAUSE_MS = 250;

/** Takes wake-ups from the run queue and drives their runs; fires timers. */
export function createWorkflowWorker(
  ports: WorkflowWorkerPorts,
  steps: readonly WorkflowStep[],
  options: WorkflowWorkerOptions,
): Worker<RunMessage> {
  const { feed, timers, clock, log, sessions } = ports;
  return new Worker(ports, { ...options, kind: "workflow" }, async (worker_id) => {
    const queue = ports.queueFor(worker_id);
    const coordinator = new RunCoordinator({ ...ports, queue }, steps, options.retry, worker_id);
    const over = new AbortController();
    /** Aborts when this life takes no more work: a run that another worker holds is not waited for. */
    const leaving = new AbortController();
    const unsubscribe = await feed.subscribe({ types: STOPPING_EVENTS }, ({ run_id }) =>
      coordinator.stop(run_id),
    );
    const ticking = tick();

    async function tick(): Promise<void> {
      while (!over.signal.aborted) {
        try {
          const fired = await timers.fireDue(clock.now(), TIMERS_AT_ONCE);
          if (fired === TIMERS_AT_ONCE) continue;
        } catch (error) {
          log.warn("timers out of reach", { error });
        }
        await clock.pause(options.timer_interval_ms, over.signal);
      }
    }

    async function handle(delivery: Delivery<RunMessage>): Promise<void> {
      if (delivery.attempt > options.max_deliveries) {
        return giveUp(delivery, `its wake-up was delivered ${delivery.attempt} times without an end`);
      }
      // A lost run is looked at again too: should nobody hold it any more, this message is all that is left to move it.
      while ((await coordinator.drive(delivery)) !== "settled") {
        await clock.pause(HELD_PAUSE_MS, leaving.signal);
        if (leaving.signal.aborted) return;
      }
    }

    /** Nobody survives driving this run, or nobody can: it ends, and the message is kept for people. */
    async function giveUp(delivery: Delivery<RunMessage>, reason: string): Promise<void> {
      const { run_id } = delivery.message;
      log.error("run given up", { run_id, reason });
      const error = { code: "given_up", message: reason };
      await sessions.applyIfOpen(run_id, { type: "Abandon", error, outcome: "failed" });
      await queue.bury(delivery, reason);
    }

    return {
      queue,
      handle,
      giveUp,
      drain: () => {
        leaving.abort();
        coordinator.drain();
      },
      interrupt: () => {
        leaving.abort();
        coordinator.interrupt();
      },
      renewed: async () => undefined,
      end: async () => {
        over.abort();
        await ticking;
        await unsubscribe();
      },
    };
  });
}
