import type { ConversationPage, ConversationQuery, Conversations } from "../../domain/ports/conversations.ts";
import { summarizeConversation } from "../../domain/run/conversation.ts";
import type { RunSummary } from "../../domain/run/summary.ts";
import type { RedisConnection } from "./connection.ts";
import { keys } from "./keys.ts";

/** Conversations in Redis: indexes that create.lua maintains with the runs'. */
export class RedisConversations implements Conversations {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async list({ tenant_id, limit, cursor }: ConversationQuery): Promise<ConversationPage> {
    const [next_cursor, found] = (await this.#connection.commands.script(
      "listConversations",
      [keys.index],
      [
        tenant_id === undefined ? [] : [tenant_id],
        limit,
        cursor !== undefined && /^\d+$/.test(cursor) ? cursor : null,
        keys.runPrefix,
      ],
    )) as [string | null, [first: string, latest: string, runs: number][]];
    return {
      conversations: found.map(([first, latest, runs]) =>
        summarizeConversation(JSON.parse(first) as RunSummary, JSON.parse(latest) as RunSummary, runs),
      ),
      next_cursor,
    };
  }
}
