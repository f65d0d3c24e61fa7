import type { CompleteStep } from "../../domain/run/commands.ts";
import type { WorkflowStep } from "../workflow-step.ts";

/** Ends the run; the outcome follows from what the other steps found (see `decide`). */
export class FinalizeStep implements WorkflowStep {
  readonly step = "finalize";

  async execute(): Promise<CompleteStep> {
    return { type: "CompleteStep", result: { step: "finalize" } };
  }
}
