import type { ConversationSummary } from "../run/conversation.ts";

/**
 * The conversations that stored runs belong to, kept by the RunStore as runs are created and forgotten. A
 * conversation is told by its tenant and its id: two tenants may use the same id and never meet.
 */
export interface Conversations {
  /**
   * The one whose latest run is the newest comes first. `next_cursor` continues behind the last, null at the
   * end. A conversation that gets a new run meanwhile moves to the front and may be met twice.
   */
  list(query: ConversationQuery): Promise<ConversationPage>;
}

export interface ConversationQuery {
  readonly tenant_id?: string;
  /** 1 to 200. */
  readonly limit: number;
  readonly cursor?: string;
}

export interface ConversationPage {
  readonly conversations: readonly ConversationSummary[];
  readonly next_cursor: string | null;
}
