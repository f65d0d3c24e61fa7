import type { EventData, Problem } from "../run/events.ts";
import type { Attributes } from "./span.ts";

/**
 * What spans say about their work. The `gen_ai.*` names are the OpenTelemetry GenAI semantic conventions
 * (semantic-conventions-genai 0.1.0, still in development, hence all of them in this file); `baton.*` is
 * for what they have no name for. Text of messages, arguments and results is in the events, not here.
 */
export function runAttributes(run_id: string, run: EventData["run.started"] | null): Attributes {
  return {
    "gen_ai.operation.name": "invoke_workflow",
    "gen_ai.agent.name": "baton",
    ...(run && { "gen_ai.conversation.id": run.conversation_id, "baton.run.mode": run.mode }),
    "baton.run.id": run_id,
  };
}

export function outcomeAttributes(outcome: string): Attributes {
  return { "baton.run.outcome": outcome };
}

export function stepAttributes({ step, attempt, driver }: EventData["workflow.step.started"]): Attributes {
  return {
    "baton.step.name": step,
    "baton.step.attempt": attempt,
    ...(driver && { "baton.worker.id": driver.worker_id }),
  };
}

export function modelAttributes(call: EventData["model.started"]): Attributes {
  const { model, provider, iteration, capability = "generation" } = call;
  return {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": provider,
    "gen_ai.request.model": model,
    "baton.model.iteration": iteration,
    "baton.model.capability": capability,
  };
}

export function usageAttributes(usage: EventData["model.completed"]): Attributes {
  return {
    "gen_ai.usage.input_tokens": usage.input_tokens,
    "gen_ai.usage.output_tokens": usage.output_tokens,
    "gen_ai.response.finish_reasons": [usage.finish_reason],
    "baton.model.cost_usd": usage.cost_usd,
  };
}

export function retrievalAttributes(): Attributes {
  return { "gen_ai.operation.name": "retrieval" };
}

export function foundAttributes({ number_of_chunks }: EventData["retrieval.completed"]): Attributes {
  return { "baton.retrieval.chunks": number_of_chunks };
}

export function toolAttributes(call: EventData["tool.requested"]): Attributes {
  return {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": call.tool_name,
    "gen_ai.tool.call.id": call.call_id,
    "baton.tool.source": call.source,
    "baton.tool.permission_scope": call.permission_scope,
    "baton.tool.policy": call.policy,
  };
}

/** The span runs from the request to the ending; this is the part of it that the tool itself took. */
export function executionAttributes(ended: EventData["tool.completed" | "tool.failed"]): Attributes {
  return { "baton.tool.attempt": ended.attempt, "baton.tool.duration_ms": ended.duration_ms };
}

export function waitAttributes(reason: string): Attributes {
  return { "baton.wait.reason": reason };
}

export function approvalAttributes({ decision }: EventData["workflow.approval.recorded"]): Attributes {
  return { "baton.approval.decision": decision };
}

export function errorAttributes({ code }: Problem): Attributes {
  return { "error.type": code };
}
