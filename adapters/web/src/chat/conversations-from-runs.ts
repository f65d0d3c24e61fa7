import type { ConversationSummary } from "../../../../domain/run/conversation.ts";
import { summarizeConversation } from "../../../../domain/run/conversation.ts";
import { api } from "../api/api.ts";
import { ApiProblem } from "../api/problem.ts";
import type { Conversation, ConversationPage, Run } from "../api/types.ts";

/** An API of before there were conversations is asked for runs instead. Throws what is no reason to. */
export function hasNoConversations(error: unknown): true {
  if (error instanceof ApiProblem && error.code === "unknown_route") return true;
  throw error;
}

export async function conversationsFromRuns(_: true, signal: AbortSignal): Promise<ConversationPage> {
  const { runs } = await api.runs({ limit: 200 }, signal);
  const turns = Map.groupBy(runs, ({ conversation_id }) => conversation_id);
  const conversations = [...turns.values()].flatMap((newestFirst): ConversationSummary[] => {
    const [latest] = newestFirst;
    const first = newestFirst.at(-1);
    if (latest === undefined || first === undefined) return [];
    return [summarizeConversation(first, latest, newestFirst.length)];
  });
  return { conversations, next_cursor: null };
}

export async function conversationFromRuns(
  _: true,
  conversation_id: string,
  signal: AbortSignal,
): Promise<Conversation> {
  const { runs } = await api.runs({ conversation_id, limit: 200 }, signal);
  const turns: readonly Run[] = runs.toReversed();
  return { conversation_id, title: turns[0]?.message ?? "", turns };
}
