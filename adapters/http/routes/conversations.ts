import { UnknownConversationError } from "../../../domain/errors.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { type Route, route } from "../route.ts";
import { shown } from "../run-resource.ts";
import {
  Conversation,
  ConversationList,
  ConversationListQuery,
  ConversationQuery,
} from "../schemas/conversations.ts";

const PAGE = 50;

/** Runs by the conversation that they belong to. */
export function conversationRoutes({ readConversations }: HttpDependencies): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/conversations",
      tag: "Conversations",
      summary: "List conversations, the one with the newest run first",
      query: ConversationListQuery,
      responses: { 200: { description: "One page of conversations.", schema: ConversationList } },
      handle: async (ctx, { query, caller }) => {
        const { limit = PAGE, cursor } = query;
        const tenant_id = caller.tenant_id ?? query.tenant_id;
        if (query.tenant_id !== undefined && query.tenant_id !== tenant_id) {
          ctx.body = { conversations: [], next_cursor: null };
          return;
        }
        const { conversations, next_cursor } = await readConversations.list({
          limit,
          ...(tenant_id !== undefined && { tenant_id }),
          ...(cursor !== undefined && { cursor: decodeCursor(cursor) }),
        });
        ctx.body = { conversations, next_cursor: next_cursor === null ? null : encodeCursor(next_cursor) };
      },
    }),

    route({
      method: "GET",
      path: "/conversations/{conversation_id}",
      tag: "Conversations",
      summary: "Look at a conversation and its turns",
      query: ConversationQuery,
      responses: { 200: { description: "The conversation as it is now.", schema: Conversation } },
      handle: async (ctx, { params, query, caller }) => {
        const { conversation_id = "" } = params;
        const tenant_id = caller.tenant_id ?? query.tenant_id ?? null;
        if (query.tenant_id !== undefined && query.tenant_id !== tenant_id) {
          throw new UnknownConversationError(conversation_id);
        }
        const { turns, ...conversation } = await readConversations.read(conversation_id, tenant_id);
        ctx.body = {
          ...conversation,
          turns: turns.map(shown),
        };
      },
    }),
  ];
}
