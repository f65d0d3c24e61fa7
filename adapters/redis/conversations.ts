import type { ConversationPage, ConversationQuery, Conversations } from "../../domain/ports/conversations.ts";
import { summarizeConversation } from "../../domain/run/conversation.ts";
import type { RedisConnection } from "./connection.ts";
import { decodeSummary, type EncodedSummary } from "./encoding.ts";

/** Conversations in Redis: indexes that create.lua maintains with the runs'. */
export class RedisConversations implements Conversations {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async list({ tenant_id, limit, cursor }: ConversationQuery): Promise<ConversationPage> {
    const [next_cursor, found] = (await this.#connection.commands.script(
      "listConversations",
      [],
      [
        tenant_id === undefined ? [] : [tenant_id],
        limit,
        cursor !== undefined && /^\d+$/.test(cursor) ? cursor : null,
      ],
    )) as [string | null, [first: EncodedSummary, latest: EncodedSummary, runs: number][]];
    return {
      conversations: found.map(([first, latest, runs]) =>
        summarizeConversation(decodeSummary(first), decodeSummary(latest), runs),
      ),
      next_cursor,
    };
  }
}
