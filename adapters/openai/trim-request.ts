import type { ChatRequest } from "../../domain/model/chat.ts";

/**
 * A smaller request, and what was left out: earlier turns first, then the weaker half of the evidence.
 * null when there is nothing left that may be left out.
 */
export function trim(request: ChatRequest): { readonly request: ChatRequest; readonly notes: string } | null {
  const { earlier, evidence } = request;
  if (earlier.length > 0) {
    const kept = earlier.slice(Math.ceil(earlier.length / 2));
    const notes = `${earlier.length - kept.length} earlier turns were left out to fit the model's context window`;
    return { request: { ...request, earlier: kept }, notes };
  }
  if (evidence.length > 0) {
    const kept = evidence.slice(0, Math.floor(evidence.length / 2));
    const notes = `${evidence.length - kept.length} chunks of evidence were left out to fit the model's context window`;
    return { request: { ...request, evidence: kept }, notes };
  }
  return null;
}
