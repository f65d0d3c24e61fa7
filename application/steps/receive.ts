import { AwaitedError } from "../../domain/errors.ts";
import { inspectInput, judgedInput } from "../../domain/guardrails/input.ts";
import type { InputVerdict } from "../../domain/guardrails/types.ts";
import { classificationQuestion } from "../../domain/model/judgements/classification.ts";
import type { ToolCatalog } from "../../domain/ports/tool-catalog.ts";
import type { CompleteStep } from "../../domain/run/commands.ts";
import type { Observation, Refusal } from "../../domain/run/events.ts";
import type { RunState } from "../../domain/run/state.ts";
import type { ServerFault, ToolDescriptor } from "../../domain/tools/tool.ts";
import type { GuardrailSettings } from "../guardrail-settings.ts";
import type { ModelJudge } from "../model-judge.ts";
import type { RecallConversation } from "../recall-conversation.ts";
import type { StepContext, WorkflowStep } from "../workflow-step.ts";

/** Looks at what came in: the input guardrail, what was said before, and the tools that are at hand. */
export class ReceiveStep implements WorkflowStep {
  readonly step = "receive";
  readonly #catalog: ToolCatalog;
  readonly #recall: RecallConversation;
  readonly #judge: ModelJudge;
  readonly #guardrails: GuardrailSettings;

  constructor(
    catalog: ToolCatalog,
    recall: RecallConversation,
    judge: ModelJudge,
    guardrails: GuardrailSettings,
  ) {
    this.#catalog = catalog;
    this.#recall = recall;
    this.#judge = judge;
    this.#guardrails = guardrails;
  }

  async execute(state: RunState, context: StepContext): Promise<CompleteStep> {
    const tools = await this.#catalog.list();
    // Every tool worker announces at least the built-in tools. Without one, a run would answer as if there were none.
    if (tools.length === 0) throw new AwaitedError("no_tool_worker", "no tool worker is alive");
    context.observe(...discoveries(tools), ...outages(await this.#catalog.faults()));
    const refusal = this.#guardrails.input ? await this.#refusal(state, context) : null;
    if (refusal === null) context.observe(...(await this.#recall.execute(state)));
    const available_tools = tools.filter((tool) => tool.available).map((tool) => tool.name);
    return { type: "CompleteStep", result: { step: "receive", refusal, available_tools } };
  }

  /** Why the message is not let in: by the rules, then by a model's second opinion, where one is asked. */
  async #refusal(state: RunState, context: StepContext): Promise<Refusal | null> {
    const refused = refusalOf(inspectInput(state.message), context);
    if (refused !== null) return refused;
    const opinion = await this.#judge.ask(classificationQuestion(state.message), state, context);
    return opinion && refusalOf(judgedInput(opinion.judged), context);
  }
}

function discoveries(tools: readonly ToolDescriptor[]): readonly Observation[] {
  return tools
    .filter((tool) => tool.available)
    .map(({ name, source, permission_scope, server_id }) => ({
      type: "tool.discovered",
      data: { tool_name: name, source, permission_scope, server_id },
    }));
}

/** A server that is away costs the run its tools, not the run. */
function outages(faults: readonly ServerFault[]): readonly Observation[] {
  return faults.flatMap(({ server_id, reason }): readonly Observation[] => [
    {
      type: "tool.server.error",
      data: { server_id, error: { code: "server_unreachable", message: reason } },
    },
    {
      type: "degraded.mode.entered",
      data: {
        scope: "tools",
        reason: `the tools of ${server_id} are not available`,
        metadata: { server_id },
      },
    },
  ]);
}

/** Tells what was found, and what follows from it. */
function refusalOf(verdict: InputVerdict, context: StepContext): Refusal | null {
  for (const { confidence, pattern } of verdict.findings) {
    context.observe({ type: "injection.detected", data: { location: "input", confidence, pattern } });
  }
  if (verdict.decision === "allow") return null;
  const { layer, threat_type, confidence, reason } = verdict;
  context.observe({ type: "guardrail.triggered", data: { layer, threat_type, confidence, notes: reason } });
  return { reason, layer };
}
