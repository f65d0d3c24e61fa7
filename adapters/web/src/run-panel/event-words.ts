import type { RunEvent } from "../../../../domain/run/events.ts";
import type { Tone } from "../ui/status.ts";
import { count, fullStop, plain } from "../ui/words.ts";
import { decisionWords } from "./decision-words.ts";

export interface Words {
  readonly tone: Tone;
  readonly text: string;
}

/** What an event says to a person, in one sentence; null for those that show elsewhere, or are of no interest. */
export function wordsOf(event: RunEvent): Words | null {
  const words = told(event);
  return words === null ? null : { ...words, text: fullStop(words.text) };
}

function told(event: RunEvent): Words | null {
  switch (event.type) {
    case "decision.made": {
      const text = decisionWords(event.data);
      return text === null ? null : { tone: "neutral", text };
    }
    case "conversation.recalled": {
      const { turns, omitted } = event.data;
      const left = omitted === 0 ? "" : `; ${omitted} older ones did not fit`;
      return {
        tone: "neutral",
        text: `Remembers ${count(turns.length, "earlier turn")} of the conversation${left}`,
      };
    }
    case "run.forked": {
      const { from_run_id, from_seq } = event.data;
      return { tone: "neutral", text: `Branched off run ${from_run_id} behind its event ${from_seq}` };
    }
    case "guardrail.triggered": {
      const { layer, threat_type, confidence, notes } = event.data;
      const about = notes === undefined ? "" : `: ${notes}`;
      return {
        tone: "warn",
        text: `The ${layer} guardrail stepped in (${plain(threat_type)}, ${confidence} confidence)${about}`,
      };
    }
    case "injection.detected": {
      const { location, confidence, pattern } = event.data;
      const text = `Text in the ${location} tries to steer the model (${plain(pattern)}, ${confidence} confidence)`;
      // Unless it was sure, the guardrails let it pass, and it is nothing to be alarmed by.
      return { tone: confidence === "high" ? "warn" : "neutral", text };
    }
    case "context.sanitized": {
      const { original_chunk_id, sanitization_applied } = event.data;
      const text = `${original_chunk_id} was made harmless before the model saw it (${plain(sanitization_applied)})`;
      return { tone: "warn", text };
    }
    case "cache.hit": {
      const what = event.data.cache_name === "retrieval" ? "The evidence" : "A tool's result";
      return { tone: "neutral", text: `${what} came from the cache` };
    }
    case "rate.limit.exceeded":
      return {
        tone: "warn",
        text: `A limit was reached (${plain(event.data.scope)}): ${event.data.reason}`,
      };
    case "degraded.mode.entered":
      return {
        tone: "warn",
        text: `Goes on with less than it should have (${plain(event.data.scope)}): ${event.data.reason}`,
      };
    case "error.raised":
      return { tone: "bad", text: `${event.data.node} failed: ${event.data.message}` };
    case "tool.server.error":
      return {
        tone: "warn",
        text: `Tool server ${event.data.server_id} is out of reach: ${event.data.error.message}`,
      };
    case "output.reset":
      return { tone: "neutral", text: `The text so far is void: ${event.data.reason}` };
    case "workflow.waiting_for_approval": {
      const { tool_name, reason } = event.data;
      const asked = tool_name === undefined ? "the answer" : `the call of ${tool_name}`;
      return { tone: "wait", text: `Asks a person about ${asked}: ${reason}` };
    }
    case "workflow.approval.recorded": {
      const { decision, user_id, comment, arguments: edited } = event.data;
      if (decision === "expired") return { tone: "warn", text: "Nobody decided in time." };
      const changed = edited === undefined ? "" : " with edited arguments";
      const said = comment === undefined ? "" : `: “${comment}”`;
      return {
        tone: decision === "approved" ? "good" : "warn",
        text: `${user_id} ${decision} it${changed}${said}`,
      };
    }
    case "run.failed":
      return { tone: event.data.outcome === "failed" ? "bad" : "warn", text: `Why: ${event.data.reason}` };
    case "run.cancelled":
      return { tone: "neutral", text: `Cancelled by ${event.data.user_id}: ${event.data.reason}` };
    default:
      return null;
  }
}
