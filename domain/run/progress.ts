import { RefusedError } from "../errors.ts";
import type { EventDraft, Phase, Step } from "./events.ts";
import type { RunState } from "./state.ts";

/** The attempt of the step the run is at; refuses when that is another step, or none. */
export function inStep(step: Step, state: RunState): number {
  const { situation } = state;
  if (situation.status !== "running" || situation.step !== step || situation.progress === "completed") {
    throw new RefusedError(
      "out_of_order",
      `run ${state.run_id} is not at ${step}, it is ${situation.status}`,
    );
  }
  return state.attempts[step] ?? 1;
}

/** Shows a person how far the run is, unless that is what is shown already. */
export function phase(value: Phase, state: RunState): readonly EventDraft[] {
  return state.phase === value ? [] : [{ type: "status.changed", data: { value } }];
}
