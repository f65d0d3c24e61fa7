import { sanitize } from "../../domain/guardrails/sanitize.ts";
import { planningQuestion } from "../../domain/model/judgements/planning.ts";
import type { ToolCatalog } from "../../domain/ports/tool-catalog.ts";
import type { CompleteStep } from "../../domain/run/commands.ts";
import { type Plan, plan } from "../../domain/run/planning.ts";
import type { RunState } from "../../domain/run/state.ts";
import type { ToolDescriptor } from "../../domain/tools/tool.ts";
import type { ModelJudge } from "../model-judge.ts";
import type { StepContext, WorkflowStep } from "../workflow-step.ts";

/**
 * Decides whether to answer, ask back, or say that it cannot be answered: by the rules of the domain, and what
 * they would answer by a model's judgement, where one is asked.
 */
export class PlanStep implements WorkflowStep {
  readonly step = "plan";
  readonly #catalog: ToolCatalog;

  readonly #judge: ModelJudge;

  constructor(catalog: ToolCatalog, judge: ModelJudge) {
    this.#catalog = catalog;
    this.#judge = judge;
  }

  async execute(state: RunState, context: StepContext): Promise<CompleteStep> {
    const { message, mode, earlier } = state;
    const tools = await this.#catalog.list();
    const planned = plan({
      message,
      context: state.context,
      mode,
      has_earlier_turns: earlier.length > 0,
      tools,
    });
    const judged = planned.plan_type === "direct_answer" ? await this.#judged(state, tools, context) : null;
    return { type: "CompleteStep", result: { step: "plan", ...(judged ?? planned) } };
  }

  async #judged(
    state: RunState,
    tools: readonly ToolDescriptor[],
    context: StepContext,
  ): Promise<Plan | null> {
    const { message, mode, earlier } = state;
    const given = state.context === null ? null : sanitize(state.context).text;
    const available = tools.filter((tool) => tool.available);
    const question = planningQuestion({ message, context: given, mode, earlier, tools: available });
    const opinion = await this.#judge.ask(question, state, context);
    return opinion && { ...opinion.judged, reason: `${opinion.model}: ${opinion.judged.reason}` };
  }
}
