import type { AskApproval, CompleteStep, RequestTools } from "../domain/run/commands.ts";
import type { Observation, Step } from "../domain/run/events.ts";
import type { RunState } from "../domain/run/state.ts";

/** One step of the workflow. Adding one is a file here and a line in `next`. */
export interface WorkflowStep {
  readonly step: Step;
  /**
   * Does the step's work and says what came of it. What a step throws decides about its retry
   * (see domain/errors.ts); it stops promptly when the context's signal aborts.
   */
  execute(state: RunState, context: StepContext): Promise<CompleteStep | RequestTools | AskApproval>;
}

/** What a step may do besides returning a result. */
export interface StepContext {
  /** Aborts when the run was cancelled, its deadline passed, or this worker must let go of it. */
  readonly signal: AbortSignal;
  /** Reports facts; they become durable with the next commit. */
  observe(...observations: readonly Observation[]): void;
  /** Commits what was reported: before and after something slow or costly, and while text streams. */
  flush(options?: { readonly streaming: boolean }): Promise<void>;
}
