import { DomainError, LeaseLost, RefusedError } from "../domain/errors.ts";
import type { RunId, Timestamp, WorkerId } from "../domain/ids.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Ids } from "../domain/ports/ids.ts";
import type { Log } from "../domain/ports/log.ts";
import type { Meter } from "../domain/ports/meter.ts";
import type { RunLease } from "../domain/ports/run-lease.ts";
import type { RunQueue } from "../domain/ports/run-queue.ts";
import type { Delivery } from "../domain/ports/work-queue.ts";
import type { Problem, Step } from "../domain/run/events.ts";
import { dueAt, next } from "../domain/run/next.ts";
import { type RetryPolicy, retryAfterFailure } from "../domain/run/retry.ts";
import { hasEnded, type RunState } from "../domain/run/state.ts";
import { deadlineAfterWaiting } from "./approve-run.ts";
import type { RunSession, RunSessions } from "./run-session.ts";
import type { StepContext, WorkflowStep } from "./workflow-step.ts";

type RunDelivery = Delivery<{ readonly run_id: RunId }>;

/** What became of a delivery. */
export type DriveResult =
  /** The run waits, ended, or was handed to another worker; the message is done with. */
  | "settled"
  /** A live worker holds the run; the message is still pending. */
  | "held"
  /** The lease was lost: somebody else drives the run, and has the message. */
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
  /** The runs this worker drives now, and how to stop each. */
  readonly #active = new Map<RunId, AbortController>();
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

  get active(): number {
    return this.#active.size;
  }

  /**
   * Drives the run of a message as far as it goes. Throws what the store throws when it is out of reach:
   * the message stays pending, and driving may be tried again.
   */
  async drive(delivery: RunDelivery): Promise<DriveResult> {
    const { run_id } = delivery.message;
    if (this.#active.has(run_id)) return this.#refusedClaim(delivery);
    const stop = new AbortController();
    this.#active.set(run_id, stop);
    try {
      const claim = await this.#ports.lease.claim(run_id, this.#worker_id);
      if (claim.status === "unknown") {
        await this.#ports.queue.bury(delivery, `no run has the id ${run_id}`);
        return "settled";
      }
      if (claim.status === "held") return await this.#refusedClaim(delivery);
      const log = this.#ports.log.with({ run_id });
      if (delivery.taken_over) {
        this.#ports.meter.count("baton_takeovers_total");
        log.warn("run taken over from a dead worker", { attempt: delivery.attempt });
      }
      const drive = new Drive(this.#ports, this.#steps, this.#retry, log, {
        session: this.#ports.sessions.of(claim.run, claim.fence),
        release: ({ last_seq }, due_at) => this.#ports.lease.release(run_id, claim.fence, last_seq, due_at),
        delivery,
        stop,
        draining: () => this.#draining,
      });
      return await drive.run();
    } finally {
      this.#active.delete(run_id);
      stop.abort(SETTLED);
    }
  }

  /** Stops work on a run that was ended by somebody else. */
  stop(run_id: RunId): void {
    this.#active.get(run_id)?.abort(new RefusedError("run_ended", `run ${run_id} has ended`));
  }

  /** From now on, runs are handed over at the next step's border. */
  drain(): void {
    this.#draining = true;
  }

  /** Interrupts every step, so that its run is handed over at once. */
  interrupt(): void {
    this.#draining = true;
    for (const stop of this.#active.values()) stop.abort(new HandOver());
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

/** Why signals abort that nobody needs any more: given, so that no stack trace is taken for each. */
const SETTLED = "settled";

/** The worker stops; another goes on with the run. */
class HandOver extends DomainError {
  constructor() {
    super("hand_over", "the worker stops and hands the run over");
  }
}

/** The run's deadline passed while a step was at work. */
class DeadlinePassed extends DomainError {
  constructor() {
    super("deadline", "the run's deadline has passed");
  }
}

interface DriveOptions {
  readonly session: RunSession;
  readonly release: (state: RunState, due_at: Timestamp | null) => Promise<boolean>;
  readonly delivery: RunDelivery;
  readonly stop: AbortController;
  readonly draining: () => boolean;
}

/** One claim's worth of driving. */
class Drive {
  readonly #ports: CoordinatorPorts;
  readonly #steps: ReadonlyMap<Step, WorkflowStep>;
  readonly #retry: RetryPolicy;
  readonly #log: Log;
  readonly #options: DriveOptions;
  readonly #session: RunSession;
  /** The step begun under this claim: going on with it is no new attempt. */
  #begun: Step | null = null;
  /** Aborts when the run must be let go of, or its deadline has passed. */
  #signal: AbortSignal;
  /** Set when committing failed within a step: then it is not the step that failed. */
  #commit_error: unknown = null;

  constructor(
    ports: CoordinatorPorts,
    steps: ReadonlyMap<Step, WorkflowStep>,
    retry: RetryPolicy,
    log: Log,
    options: DriveOptions,
  ) {
    this.#ports = ports;
    this.#steps = steps;
    this.#retry = retry;
    this.#log = log;
    this.#options = options;
    this.#session = options.session;
    this.#signal = options.stop.signal;
  }

  async run(): Promise<DriveResult> {
    const deadline = this.#watchDeadline();
    this.#signal = AbortSignal.any([this.#options.stop.signal, deadline.signal]);
    try {
      this.#timeOut();
      for (;;) {
        const step = this.#dueStep();
        if (step !== null && !this.#options.draining()) await this.#execute(step);
        else if (await this.#letGo()) return "settled";
      }
    } catch (error) {
      if (error instanceof LeaseLost) {
        this.#log.warn("lease lost, the run is driven elsewhere");
        return "lost";
      }
      if (!(error instanceof RefusedError && error.code === "run_ended")) throw error;
      // Somebody ended the run while it was driven: what was not committed is void.
      this.#log.info("run ended by somebody else");
      await this.#ports.queue.acknowledge(this.#options.delivery);
      return "settled";
    } finally {
      deadline.stop();
    }
  }

  /** The step to execute now; null when the run waits or has ended. */
  #dueStep(): Step | null {
    const action = next(this.#session.state);
    if (action.type === "execute") return action.step;
    if (action.type === "await_time" && action.until <= this.#ports.clock.now()) return action.step;
    return null;
  }

  /** Commits and gives the lease back. False when the run has moved on meanwhile and must be looked at again. */
  async #letGo(): Promise<boolean> {
    const { delivery, release } = this.#options;
    if (await this.#session.commit({ release: true, ack: delivery })) {
      this.#report();
      return true;
    }
    const { state } = this.#session;
    const moved = !(await release(state, dueAt(state)));
    if (moved) {
      await this.#session.reload();
      this.#begun = null;
      return false;
    }
    // A run that is handed over with nothing to commit keeps its message: it is another's to take over.
    if (this.#dueStep() === null) await this.#ports.queue.acknowledge(delivery);
    return true;
  }

  async #execute(step: Step): Promise<void> {
    const started = this.#ports.clock.monotonic();
    const { driver } = this.#session;
    if (this.#begun !== step) this.#session.apply({ type: "BeginStep", step, ...(driver && { driver }) });
    this.#begun = step;
    const signal = this.#signal;
    try {
      const result = await this.#stepFor(step).execute(this.#session.state, this.#context(step, signal));
      this.#session.apply(result);
    } catch (error) {
      await this.#stepFailed(step, error, signal);
    } finally {
      const seconds = (this.#ports.clock.monotonic() - started) / 1000;
      this.#ports.meter.observe("baton_step_duration_seconds", seconds, { step });
    }
  }

  async #stepFailed(step: Step, error: unknown, signal: AbortSignal): Promise<void> {
    if (this.#commit_error !== null) throw this.#commit_error;
    if (signal.aborted) {
      const reason: unknown = signal.reason;
      if (reason instanceof DeadlinePassed) this.#timeOut();
      else if (!(reason instanceof HandOver)) throw reason;
      return;
    }
    const retry = retryAfterFailure(
      this.#session.state.failures,
      error,
      this.#retry,
      this.#ports.ids.random(),
    );
    this.#log.warn("step failed", { step, error, retried: retry !== null });
    const { clock } = this.#ports;
    this.#session.apply({
      type: "FailStep",
      step,
      error: problemOf(error),
      retry: retry && { ...retry, at: clock.after(clock.now(), retry.backoff_seconds * 1000) },
    });
  }

  #timeOut(): void {
    const { clock } = this.#ports;
    const { state } = this.#session;
    this.#session.apply({
      type: "TimeOut",
      at: clock.now(),
      deadline_at: deadlineAfterWaiting(state, clock),
    });
  }

  #context(step: Step, signal: AbortSignal): StepContext {
    return {
      signal,
      observe: (...observations) => {
        signal.throwIfAborted();
        this.#session.apply({ type: "Observe", step, observations });
      },
      flush: async (options) => {
        try {
          await this.#session.commit(options);
        } catch (error) {
          this.#commit_error = error;
          throw error;
        }
      },
    };
  }

  #watchDeadline(): { readonly signal: AbortSignal; stop(): void } {
    const { clock } = this.#ports;
    const passed = new AbortController();
    const stop = new AbortController();
    const left = Math.max(0, clock.between(clock.now(), this.#session.state.deadline_at));
    void clock.pause(left, stop.signal).then(() => {
      if (!stop.signal.aborted) passed.abort(new DeadlinePassed());
    });
    return { signal: passed.signal, stop: () => stop.abort(SETTLED) };
  }

  #stepFor(step: Step): WorkflowStep {
    const found = this.#steps.get(step);
    if (found === undefined) throw new RangeError(`no step is bound for ${step}`);
    return found;
  }

  #report(): void {
    const { state } = this.#session;
    if (!hasEnded(state)) return;
    const seconds = this.#ports.clock.between(state.created_at, state.updated_at) / 1000;
    const { status } = state.situation;
    this.#ports.meter.count("baton_runs_ended_total", { status });
    this.#ports.meter.observe("baton_run_duration_seconds", seconds);
    this.#log.info("run ended", { status, outcome: outcome(state), events: state.last_seq, seconds });
  }
}

function outcome({ situation }: RunState): string | null {
  return "outcome" in situation ? situation.outcome : null;
}

function problemOf(error: unknown): Problem {
  if (error instanceof DomainError) return { code: error.code, message: error.message };
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}
