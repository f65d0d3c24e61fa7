import type { CompleteStep } from "./commands.ts";
import { end } from "./endings.ts";
import type { EventDraft } from "./events.ts";
import { replaceOutput } from "./output.ts";
import { inStep } from "./progress.ts";
import type { RunState } from "./state.ts";

/** What follows from a step's result. */
export function completeStep({ result }: CompleteStep, state: RunState): readonly EventDraft[] {
  const attempt = inStep(result.step, state);
  const completed = (found: object = {}): EventDraft => ({
    type: "workflow.step.completed",
    data: { step: result.step, attempt, status: "running", ...found },
  });
  switch (result.step) {
    case "receive": {
      const { refusal, available_tools } = result;
      const offered: EventDraft = {
        type: "decision.made",
        data: { name: "available_tools", value: available_tools },
      };
      if (refusal === null) return [offered, completed({ available_tools })];
      return [
        offered,
        ...replaceOutput(
          state,
          `I can't help with that: ${refusal.reason}.`,
          "receive",
          "the request is refused",
        ),
        completed({ available_tools, refusal }),
      ];
    }
    case "plan": {
      const { plan_type, reason } = result;
      const planned: EventDraft = {
        type: "decision.made",
        data: { name: "plan_type", value: plan_type, notes: reason },
      };
      if (result.plan_type === "direct_answer") return [planned, completed({ plan_type })];
      return [
        planned,
        ...replaceOutput(state, result.reply, "plan", "the plan answers by itself"),
        completed({ plan_type }),
      ];
    }
    case "retrieve": {
      const { chunks, duration_ms } = result;
      const chunk_ids = chunks.map((chunk) => chunk.chunk_id);
      return [
        {
          type: "retrieval.completed",
          data: { number_of_chunks: chunks.length, chunk_ids, chunks, duration_ms },
        },
        { type: "decision.made", data: { name: "retrieval_chunks", value: chunk_ids } },
        completed(),
      ];
    }
    case "respond": {
      const { refusal } = result;
      if (refusal === null) return [completed()];
      const text = `I can't give that answer: ${refusal.reason}.`;
      return [...replaceOutput(state, text, "respond", refusal.reason), completed({ refusal })];
    }
    case "verify": {
      const { grounding, verification } = result;
      return [
        { type: "decision.made", data: { name: "grounding", value: grounding } },
        {
          type: "decision.made",
          data: {
            name: "verification",
            value: verification.passed ? "passed" : "failed",
            notes: verification.reason,
          },
        },
        completed({ verification }),
      ];
    }
    case "maybe_approve": {
      if (state.review === null) return [completed()];
      const { decision, comment } = state.review;
      return [
        {
          type: "decision.made",
          data: { name: "human_approval", value: decision, ...(comment !== null && { notes: comment }) },
        },
        completed(),
      ];
    }
    case "finalize":
      return [completed(), ...finalize(state)];
    default:
      return result satisfies never;
  }
}

/** The outcome follows from what the steps found; nothing new is found here. */
function finalize(state: RunState): readonly EventDraft[] {
  const { refusal, plan_type, verification, review, output_text } = state;
  if (refusal !== null) {
    return end(state, { type: "failed", outcome: "refusal", reason: refusal.reason, text: output_text });
  }
  if (plan_type === "cannot_answer") {
    return end(state, { type: "failed", outcome: "failure", reason: "cannot_answer", text: output_text });
  }
  if (plan_type === "needs_clarification" || verification?.passed || review?.decision === "approved") {
    return end(state, { type: "completed" });
  }
  if (review === null) {
    const reason = verification?.reason ?? "the answer was not verified";
    return end(state, { type: "failed", outcome: "failure", reason, text: output_text });
  }
  const comment = review.comment === null ? "" : `: ${review.comment}`;
  const [reason, text] =
    review.decision === "rejected"
      ? [`rejected by a person${comment}`, `The answer was rejected by a reviewer${comment}.`]
      : ["approval expired", "Nobody approved the answer in time, so it was not released."];
  return end(state, { type: "failed", outcome: "failure", reason, text });
}
