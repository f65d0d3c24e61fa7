import { asThrown } from "../domain/replay/as-thrown.ts";
import type { Recording } from "../domain/replay/recording.ts";
import { failureKey } from "../domain/replay/turns.ts";
import type { WorkflowStep } from "./workflow-step.ts";

/**
 * A step that remembers the conversation as on record, and fails where it failed for a reason that nothing else in
 * the replay gives. When the model is asked anew, what failed for a while is not repeated.
 */
export function asRecorded(
  inner: WorkflowStep,
  { failures, recalled }: Recording,
  { live }: { readonly live: boolean },
): WorkflowStep {
  return {
    step: inner.step,
    async execute(state, context) {
      const failure = failures.get(failureKey(inner.step, state.attempts[inner.step] ?? 1));
      if (failure !== undefined && !live) throw asThrown(failure);
      const result = await inner.execute(state, context);
      if (inner.step === "receive" && recalled !== null) {
        context.observe({ type: "conversation.recalled", data: recalled });
      }
      return result;
    },
  };
}
