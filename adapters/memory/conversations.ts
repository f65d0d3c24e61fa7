import type { ConversationPage, ConversationQuery, Conversations } from "../../domain/ports/conversations.ts";
import { type ConversationSummary, summarizeConversation } from "../../domain/run/conversation.ts";
import { conversationKey, type MemoryDatabase, type RunRecord } from "./database.ts";

/** Conversations in the memory of one process: found among its runs. */
export class MemoryConversations implements Conversations {
  readonly #db: MemoryDatabase;

  constructor(db: MemoryDatabase) {
    this.#db = db;
  }

  async list({ tenant_id, limit, cursor }: ConversationQuery): Promise<ConversationPage> {
    const behind = /^\d+$/.test(cursor ?? "") ? Number(cursor) : Number.POSITIVE_INFINITY;
    const found = this.#all()
      .filter(({ position, conversation }) => {
        return position < behind && (tenant_id === undefined || conversation.tenant_id === tenant_id);
      })
      .toSorted((one, other) => other.position - one.position);
    const page = found.slice(0, limit);
    return {
      conversations: page.map(({ conversation }) => conversation),
      next_cursor: found.length > limit ? String(page.at(-1)?.position) : null,
    };
  }

  /** `position` is that of the latest run. */
  #all(): readonly { readonly position: number; readonly conversation: ConversationSummary }[] {
    // A Map iterates in the order of insertion, so each group begins with its oldest run.
    const records = [...this.#db.runs.values()].filter(({ summary }) => summary !== null);
    const groups = Map.groupBy(records, ({ summary }) => (summary === null ? "" : conversationKey(summary)));
    return [...groups.values()].flatMap((group) => {
      const [first, latest]: readonly (RunRecord | undefined)[] = [group[0], group.at(-1)];
      if (!first?.summary || !latest?.summary) return [];
      const conversation = summarizeConversation(first.summary, latest.summary, group.length);
      return [{ position: latest.position, conversation }];
    });
  }
}
