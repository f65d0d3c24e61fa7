import { asThrown } from "../domain/replay/as-thrown.ts";
import { isObservation, workKey } from "../domain/replay/history.ts";
import type { Recording } from "../domain/replay/recording.ts";
import { failureKey } from "../domain/replay/turns.ts";
import type { Observation } from "../domain/run/events.ts";
import type { StepContext, WorkflowStep } from "./workflow-step.ts";

/**
 * A step that remembers the conversation as on record, fails where it failed for a reason that nothing else in the
 * replay gives, and is lost where it was lost with its worker: `lose` hands the run over, as a worker that stops does.
 */
export function asRecorded(inner: WorkflowStep, recording: Recording, lose: () => void): WorkflowStep {
  const { step } = inner;
  return {
    step,
    async execute(state, context) {
      const failure = recording.failures.get(failureKey(step, state.attempts[step] ?? 1));
      if (failure !== undefined) throw asThrown(failure);
      const kept = recording.losses.get(workKey(step, state));
      if (kept === undefined) return remembering(inner, recording).execute(state, context);
      const lost = losing(context, kept, lose);
      await remembering(inner, recording).execute(state, lost);
      return lost.handOver();
    },
  };
}

/** A step that remembers the conversation as on record: the earlier runs are not at hand. */
export function remembering(inner: WorkflowStep, { recalled }: Recording): WorkflowStep {
  if (inner.step !== "receive" || recalled === null) return inner;
  return {
    step: inner.step,
    async execute(state, context) {
      const result = await inner.execute(state, context);
      context.observe({ type: "conversation.recalled", data: recalled });
      return result;
    },
  };
}

/** Takes as many observations as were kept, and hands the run over instead of the next. */
function losing(context: StepContext, kept: number, lose: () => void) {
  let left = kept;
  const handOver = (): never => {
    lose();
    context.signal.throwIfAborted();
    throw new RangeError("a step that is lost is told so by its signal");
  };
  return {
    signal: context.signal,
    flush: context.flush,
    observe: (...observations: readonly Observation[]) => {
      for (const observed of observations) {
        if (isObservation(observed)) left -= 1;
        if (left < 0) handOver();
        context.observe(observed);
      }
    },
    handOver,
  };
}
