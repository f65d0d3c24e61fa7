import type { CompleteStep } from "../../domain/run/commands.ts";
import type { RunState } from "../../domain/run/state.ts";
import { verifyAnswer } from "../../domain/run/verification.ts";
import type { WorkflowStep } from "../workflow-step.ts";

/** Checks that the answer rests on something. */
export class VerifyStep implements WorkflowStep {
  readonly step = "verify";

  async execute(state: RunState): Promise<CompleteStep> {
    return { type: "CompleteStep", result: { step: "verify", ...verifyAnswer(state) } };
  }
}
