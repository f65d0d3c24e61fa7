import type { ChatRequest, RequestedCall } from "../../domain/model/chat.ts";
import { abstain } from "./compose/abstain.ts";
import { answerFrom } from "./compose/answer.ts";
import { tellConversation } from "./compose/conversation.ts";
import { tellResults } from "./compose/tool-results.ts";
import { terms } from "./extraction/terms.ts";
import { arithmetic } from "./intents/arithmetic.ts";
import { explicitCall } from "./intents/explicit-call.ts";
import { githubFiles } from "./intents/github-files.ts";
import type { Intention } from "./intents/intent.ts";

/** What the model does next: ask for tools, or say something. */
export type Reply =
  | { readonly type: "calls"; readonly calls: readonly RequestedCall[] }
  | { readonly type: "text"; readonly text: string };

/**
 * Decides on the reply to a request. Pure: the same request has the same reply, always. All calls that a message wants
 * are asked for in the first round.
 */
export function replyTo(request: ChatRequest): Reply {
  const calls = request.turns.length > 0 ? [] : intentionsOf(request).map(({ call }) => call);
  return calls.length > 0 ? { type: "calls", calls } : { type: "text", text: textFor(request) };
}

/** A tool called by its name is all that is wanted; otherwise several wishes may stand in one message. */
function intentionsOf(request: ChatRequest): readonly Intention[] {
  const explicit = explicitCall(request);
  return explicit.length > 0 ? explicit : [...arithmetic(request), ...githubFiles(request)];
}

function textFor(request: ChatRequest): string {
  const results = tellResults(request.turns);
  if (results === "")
    return tellConversation(request) ?? answerFrom(request, request.message) ?? abstain(request);
  if (!asksMore(request.message)) return results;
  const rest = withoutSpans(request.message, intentionsOf(request));
  if (!asksMore(rest)) return results;
  return `${results}\n\n${answerFrom(request, rest) ?? "On the rest of the question, I found nothing in the documents."}`;
}

/** What a message asks besides what the tools were called for. */
function withoutSpans(message: string, intentions: readonly Intention[]): string {
  return intentions
    .toSorted((one, other) => other.start - one.start)
    .reduce((rest, { start, end }) => `${rest.slice(0, start)} ${rest.slice(end)}`, message);
}

function asksMore(rest: string): boolean {
  return (
    /\b(?:what|who|why|how|when|where|which|explain|describe|define|summari[sz]e)\b/i.test(rest) &&
    terms(rest).length > 0
  );
}
