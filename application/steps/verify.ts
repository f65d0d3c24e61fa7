import { sanitize } from "../../domain/guardrails/sanitize.ts";
import { verificationQuestion } from "../../domain/model/judgements/verification.ts";
import type { CompleteStep } from "../../domain/run/commands.ts";
import type { RunState } from "../../domain/run/state.ts";
import {
  judgedVerification,
  restsOnMaterial,
  type UncitedAnswers,
  verifyAnswer,
} from "../../domain/run/verification.ts";
import type { ModelJudge } from "../model-judge.ts";
import type { StepContext, WorkflowStep } from "../workflow-step.ts";

/** Checks that the answer rests on something, and what it claims on that, where a model is asked to judge it. */
export class VerifyStep implements WorkflowStep {
  readonly step = "verify";
  readonly #judge: ModelJudge;
  readonly #uncited: UncitedAnswers;

  constructor(judge: ModelJudge, options: { readonly uncited_answers: UncitedAnswers }) {
    this.#judge = judge;
    this.#uncited = options.uncited_answers;
  }

  async execute(state: RunState, context: StepContext): Promise<CompleteStep> {
    const { grounding, verification } = verifyAnswer(state, this.#uncited);
    const opinion = restsOnMaterial(grounding)
      ? await this.#judge.ask(verificationQuestion(materialOf(state)), state, context)
      : null;
    const judged = opinion && judgedVerification(opinion.judged, opinion.model);
    return {
      type: "CompleteStep",
      result: { step: "verify", grounding, verification: judged ?? verification },
    };
  }
}

function materialOf({ message, context, earlier, output_text, retrieved_chunks, calls }: RunState) {
  return {
    message,
    answer: output_text,
    context: context === null ? null : sanitize(context).text,
    earlier,
    evidence: retrieved_chunks,
    calls: calls.flatMap(({ ending, ...call }) => (ending === null ? [] : [{ ...call, ending }])),
  };
}
