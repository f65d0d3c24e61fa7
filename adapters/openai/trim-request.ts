import type { AgentTurn, ChatRequest, FinishedCall } from "../../domain/model/chat.ts";
import { outputText } from "../../domain/tools/tool.ts";

export interface TrimmedRequest {
  readonly request: ChatRequest;
  readonly scope: "context_window" | "tools";
  readonly notes: string;
}

/** Tool results are not cut below so many characters. */
const SHORTEST_RESULT = 1000;
/** OpenAI refuses a request that offers more. */
const MOST_TOOLS = 128;
const WHY = "to fit the model's context window";

/**
 * A smaller request, and what was left out: earlier turns first, the older half of them; then the weaker
 * half of the evidence; then what is long in tool results. null when nothing is left that may be left out.
 */
export function trim(request: ChatRequest): TrimmedRequest | null {
  const { earlier, evidence, turns } = request;
  if (earlier.length > 0) {
    const kept = earlier.slice(Math.ceil(earlier.length / 2));
    return {
      request: { ...request, earlier: kept },
      scope: "context_window",
      notes: `left out ${WHY}: ${counted(earlier.length - kept.length, "earlier turn")}`,
    };
  }
  if (evidence.length > 0) {
    const kept = evidence.slice(0, Math.floor(evidence.length / 2));
    return {
      request: { ...request, evidence: kept },
      scope: "context_window",
      notes: `left out ${WHY}: ${counted(evidence.length - kept.length, "chunk")} of evidence`,
    };
  }
  const longest = Math.max(0, ...turns.flatMap(({ calls }) => calls.map((call) => resultOf(call).length)));
  if (longest <= SHORTEST_RESULT) return null;
  const limit = Math.max(SHORTEST_RESULT, Math.floor(longest / 2));
  return {
    request: { ...request, turns: turns.map((turn) => cutResults(turn, limit)) },
    scope: "context_window",
    notes: `cut ${WHY}: tool results, to ${limit} characters`,
  };
}

/** The request with no more tools than may be offered, those that are away dropped first; null when it has no more. */
export function limitTools(request: ChatRequest): TrimmedRequest | null {
  const { tools } = request;
  if (tools.length <= MOST_TOOLS) return null;
  const wanted = [...tools.filter((tool) => tool.available), ...tools.filter((tool) => !tool.available)];
  const kept = wanted.slice(0, MOST_TOOLS);
  return {
    request: { ...request, tools: kept },
    scope: "tools",
    notes: `only ${MOST_TOOLS} of ${tools.length} tools were offered, which is the most that the model's API takes`,
  };
}

/** The request for a model that takes no tools. */
export function withoutTools(request: ChatRequest, why: string): TrimmedRequest {
  return {
    // Calls of earlier turns are told in a form that goes with tools alone.
    request: { ...request, tools: [], earlier: request.earlier.map(({ tools: _, ...turn }) => turn) },
    scope: "tools",
    notes: `no tools were offered, since the model takes none: ${why}`,
  };
}

function cutResults(turn: AgentTurn, limit: number): AgentTurn {
  return { ...turn, calls: turn.calls.map((call) => cutResult(call, limit)) };
}

function cutResult(call: FinishedCall, limit: number): FinishedCall {
  const text = resultOf(call);
  if (text.length <= limit) return call;
  const output = { content: [{ type: "text", text: text.slice(0, limit) } as const], truncated: true };
  return { ...call, ending: { status: "completed", output } };
}

function resultOf({ ending }: FinishedCall): string {
  if (ending.status !== "completed") return "";
  // The note that it was cut before is no part of the result.
  const { truncated: _, ...whole } = ending.output;
  return outputText(whole);
}

function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
