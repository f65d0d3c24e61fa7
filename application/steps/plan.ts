import type { ToolCatalog } from "../../domain/ports/tool-catalog.ts";
import type { CompleteStep } from "../../domain/run/commands.ts";
import { plan } from "../../domain/run/planning.ts";
import type { RunState } from "../../domain/run/state.ts";
import type { WorkflowStep } from "../workflow-step.ts";

/** Decides, by the rules of the domain, whether to answer, ask back, or say that it cannot be answered. */
export class PlanStep implements WorkflowStep {
  readonly step = "plan";
  readonly #catalog: ToolCatalog;

  constructor(catalog: ToolCatalog) {
    this.#catalog = catalog;
  }

  async execute({ message, context, mode, earlier }: RunState): Promise<CompleteStep> {
    const tools = await this.#catalog.list();
    const planned = plan({ message, context, mode, has_earlier_turns: earlier.length > 0, tools });
    return { type: "CompleteStep", result: { step: "plan", ...planned } };
  }
}
