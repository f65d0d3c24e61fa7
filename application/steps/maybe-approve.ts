import type { Clock } from "../../domain/ports/clock.ts";
import type { AskApproval, CompleteStep } from "../../domain/run/commands.ts";
import type { RunState } from "../../domain/run/state.ts";
import { expiry } from "../tool-screening.ts";
import type { WorkflowStep } from "../workflow-step.ts";

/** Asks a person about an answer that failed verification in a way that a person can overrule. */
export class MaybeApproveStep implements WorkflowStep {
  readonly step = "maybe_approve";
  readonly #clock: Clock;
  readonly #approval_timeout_seconds: number | null;

  /** The question expires after `approval_timeout_seconds`; never when null. */
  constructor(clock: Clock, options: { readonly approval_timeout_seconds: number | null }) {
    this.#clock = clock;
    this.#approval_timeout_seconds = options.approval_timeout_seconds;
  }

  async execute({ verification, review }: RunState): Promise<CompleteStep | AskApproval> {
    if (verification === null || verification.passed || !verification.overrulable || review !== null) {
      return { type: "CompleteStep", result: { step: "maybe_approve" } };
    }
    return {
      type: "AskApproval",
      reason: verification.reason,
      ...expiry(this.#clock, this.#approval_timeout_seconds),
    };
  }
}
