import { BudgetExceeded, DomainError, LeaseLost, RefusedError } from "../domain/errors.ts";
import type { RunId, Timestamp } from "../domain/ids.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { Ids } from "../domain/ports/ids.ts";
import type { Log } from "../domain/ports/log.ts";
import type { Meter } from "../domain/ports/meter.ts";
import type { RunQueue } from "../domain/ports/run-queue.ts";
import type { Delivery } from "../domain/ports/work-queue.ts";
import type { Step } from "../domain/run/events.ts";
import { dueAt, next } from "../domain/run/next.ts";
import { problemOf } from "../domain/run/problem.ts";
import { type RetryPolicy, retryAfterFailure } from "../domain/run/retry.ts";
import { hasEnded, type RunState } from "../domain/run/state.ts";
import type { RunSession } from "./run-session.ts";
import { TimedSignal } from "./timed-signal.ts";
import type { StepContext, WorkflowStep } from "./workflow-step.ts";

/** The worker stops; another goes on with the run. */
export class HandOver extends DomainError {
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

export interface DrivePorts {
  readonly queue: RunQueue;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly meter: Meter;
}

interface DriveOptions {
  readonly session: RunSession;
  readonly release: (state: RunState, due_at: Timestamp | null) => Promise<boolean>;
  readonly delivery: Delivery<{ readonly run_id: RunId }>;
  readonly stop: AbortController;
  readonly draining: () => boolean;
}

/** One claim's worth of driving. */
export class Drive {
  readonly #ports: DrivePorts;
  readonly #steps: ReadonlyMap<Step, WorkflowStep>;
  readonly #retry: RetryPolicy;
  readonly #log: Log;
  readonly #options: DriveOptions;
  readonly #session: RunSession;
  /** The step begun under this claim: going on with it is no new attempt. */
  #begun: Step | null = null;
  /** Aborts when the run must be let go of, or the deadline it is armed for has passed. */
  #armed: { readonly deadline_at: Timestamp; readonly until: TimedSignal } | null = null;
  /** Set when committing failed within a step: then it is not the step that failed. */
  #commit_error: unknown = null;

  constructor(
    ports: DrivePorts,
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
  }

  /** Drives until the run waits, ends or is handed over; "lost" when somebody else drives it by now. */
  async run(): Promise<"settled" | "lost"> {
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
      this.#armed?.until[Symbol.dispose]();
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
    if (this.#dueStep() !== null && !this.#options.draining()) {
      // What was to be committed is void: somebody else decided first, and now the run can go on.
      this.#begun = null;
      return false;
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
    if (this.#begun !== step) this.#begin(step);
    this.#begun = step;
    const signal = this.#arm();
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

  #begin(step: Step): void {
    const { driver, state } = this.#session;
    this.#session.apply({
      type: "BeginStep",
      step,
      ...(driver && { driver }),
      ...(state.situation.status === "queued" && { deadline_at: this.#deadlineFromNow(state) }),
    });
  }

  /** The time that a run waits for its first step is not taken from what it was given. */
  #deadlineFromNow({ created_at, deadline_at }: RunState): Timestamp {
    const { clock } = this.#ports;
    return clock.after(clock.now(), clock.between(created_at, deadline_at));
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
      ...(error instanceof BudgetExceeded && { outcome: "failure" }),
      retry: retry && { ...retry, at: clock.after(clock.now(), retry.backoff_seconds * 1000) },
    });
  }

  #timeOut(): void {
    this.#session.apply({ type: "TimeOut", at: this.#ports.clock.now() });
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

  /** The signal for a step that begins now: a wait for a person moves the deadline, so it is looked at again. */
  #arm(): AbortSignal {
    const { clock } = this.#ports;
    const { deadline_at } = this.#session.state;
    if (this.#armed?.deadline_at === deadline_at) return this.#armed.until.signal;
    this.#armed?.until[Symbol.dispose]();
    const left = Math.max(0, clock.between(clock.now(), deadline_at));
    const until = new TimedSignal(clock, this.#options.stop.signal, left, () => new DeadlinePassed());
    this.#armed = { deadline_at, until };
    return until.signal;
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
