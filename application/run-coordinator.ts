import { RefusedError } from "../domain/errors.ts";
import type { RunId, WorkerId } from "../domain/ids.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Ids } from "../domain/ports/ids.ts";
import type { Log } from "../domain/ports/log.ts";
import type { Meter } from "../domain/ports/meter.ts";
import type { RunLease } from "../domain/ports/run-lease.ts";
import type { RunQueue } from "../domain/ports/run-queue.ts";
import type { Delivery } from "../domain/ports/work-queue.ts";
import type { Command } from "../domain/run/commands.ts";
import type { Step } from "../domain/run/events.ts";
import type { RetryPolicy } from "../domain/run/retry.ts";
import { Drive, HandOver } from "./run-drive.ts";
import type { RunSessions } from "./run-session.ts";
import { watchForEnd } from "./watch-for-end.ts";
import type { WorkflowStep } from "./workflow-step.ts";

type RunDelivery = Delivery<{ readonly run_id: RunId }>;

/** What became of a delivery. */
export type DriveResult =
  /** The run waits, ended, or was handed to another worker; the message is done with. */
  | "settled"
  /** A live worker holds the run; the message is still pending. */
  | "held"
  /** The lease was lost: somebody else drives the run by now, or nobody; the message may still be pending. */
  | "lost";

export interface CoordinatorPorts {
  readonly sessions: RunSessions;
  readonly lease: RunLease;
  readonly queue: RunQueue;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly meter: Meter;
}

/**
 * Drives runs: claims one, and goes `next` → step → session until it waits or ends. The last commit gives
 * the lease back and acknowledges the message that started it.
 */
export class RunCoordinator {
  readonly #ports: CoordinatorPorts;
  readonly #steps: ReadonlyMap<Step, WorkflowStep>;
  readonly #retry: RetryPolicy;
  readonly #worker_id: WorkerId;
  /** The runs this worker drives now, how to stop each, and when it is let go of. */
  readonly #active = new Map<RunId, { readonly stop: AbortController; readonly done: Promise<void> }>();
  #draining = false;

  constructor(
    ports: CoordinatorPorts,
    steps: readonly WorkflowStep[],
    retry: RetryPolicy,
    worker_id: WorkerId,
  ) {
    this.#ports = ports;
    this.#steps = new Map(steps.map((step) => [step.step, step]));
    this.#retry = retry;
    this.#worker_id = worker_id;
  }

  /**
   * Drives the run of a message as far as it goes. Throws what the store throws when it is out of reach:
   * the message stays pending, and driving may be tried again.
   */
  async drive(delivery: RunDelivery): Promise<DriveResult> {
    const { run_id } = delivery.message;
    // The wake-up may be about what happened just after this worker's own drive gave the lease back.
    for (let own = this.#active.get(run_id); own !== undefined; own = this.#active.get(run_id))
      await own.done;
    const stop = new AbortController();
    const { promise: done, resolve: letGo } = Promise.withResolvers<void>();
    this.#active.set(run_id, { stop, done });
    let stopWatching = (): void => undefined;
    try {
      const claim = await this.#ports.lease.claim(run_id, this.#worker_id);
      if (claim.status === "unknown") {
        await this.#ports.queue.bury(delivery, `no run has the id ${run_id}`);
        return "settled";
      }
      if (claim.status === "held") return await this.#refusedClaim(delivery);
      if (claim.status === "waits") return await this.#notItsTurn(delivery, claim.behind);
      const log = this.#ports.log.with({ run_id });
      if (delivery.taken_over) {
        this.#ports.meter.count("baton_takeovers_total");
        log.warn("run taken over from a dead worker", { attempt: delivery.attempt });
      }
      const session = this.#ports.sessions.of(claim.run, claim.fence);
      stopWatching = watchForEnd(session, this.#ports.clock, stop, () => endedElsewhere(run_id));
      const drive = new Drive(this.#ports, this.#steps, this.#retry, log, {
        session,
        release: ({ last_seq }, due_at) => this.#ports.lease.release(run_id, claim.fence, last_seq, due_at),
        delivery,
        stop,
        draining: () => this.#draining,
      });
      return await drive.run();
    } finally {
      this.#active.delete(run_id);
      stopWatching();
      letGo();
    }
  }

  /** Stops work on a run that was ended by somebody else. */
  stop(run_id: RunId): void {
    this.#active.get(run_id)?.stop.abort(endedElsewhere(run_id));
  }

  /** From now on, runs are handed over at the next step's border. */
  drain(): void {
    this.#draining = true;
  }

  /** Interrupts every step, so that its run is handed over at once. */
  interrupt(): void {
    this.#draining = true;
    for (const { stop } of this.#active.values()) stop.abort(new HandOver());
  }

  /** The commit that ends the run before it wakes it; one that interrupts ends those before it. */
  async #notItsTurn(delivery: RunDelivery, behind: readonly RunId[]): Promise<DriveResult> {
    const { run_id } = delivery.message;
    const { state } = await this.#ports.sessions.open(run_id);
    if (state.multitask_strategy === "interrupt") {
      const { user_id } = state;
      const cancel: Command = { type: "Cancel", reason: `interrupted by run ${run_id}`, user_id };
      for (const earlier of behind) await this.#ports.sessions.applyIfOpen(earlier, cancel);
    }
    await this.#ports.queue.acknowledge(delivery);
    return "settled";
  }

  /**
   * On its first delivery a wake-up may be forgotten: the holder's last commit must match the run's
   * version, so it has seen what the wake-up is about or looks again. One taken over from a dead worker
   * is that holder's own message, and stays.
   */
  async #refusedClaim(delivery: RunDelivery): Promise<DriveResult> {
    if (delivery.taken_over) return "held";
    await this.#ports.queue.acknowledge(delivery);
    return "settled";
  }
}

function endedElsewhere(run_id: RunId): RefusedError {
  return new RefusedError("run_ended", `run ${run_id} has ended`);
}
