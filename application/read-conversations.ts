import { UnknownConversationError } from "../domain/errors.ts";
import type { RunId } from "../domain/ids.ts";
import type { ConversationPage, ConversationQuery, Conversations } from "../domain/ports/conversations.ts";
import type { RunStore } from "../domain/ports/run-store.ts";
import { type ConversationSummary, summarizeConversation } from "../domain/run/conversation.ts";
import { type RunSummary, type RunView, viewOf } from "../domain/run/summary.ts";
import { loadState } from "./load-state.ts";

/** Turns that are shown of a conversation: its latest. */
const MOST_TURNS = 200;
/** Runs read at a time. */
const BATCH = 20;

export interface Conversation extends ConversationSummary {
  /** Its latest runs, oldest first. */
  readonly turns: readonly RunView[];
}

/** Reads conversations on behalf of a tenant: what belongs to another is unknown. A null tenant sees all. */
export class ReadConversations {
  readonly #conversations: Conversations;
  readonly #store: RunStore;

  constructor(conversations: Conversations, store: RunStore) {
    this.#conversations = conversations;
    this.#store = store;
  }

  list(query: ConversationQuery): Promise<ConversationPage> {
    return this.#conversations.list(query);
  }

  /**
   * One conversation with its turns. Where several tenants use the id and `tenant_id` is null, it is that of
   * the tenant with the latest run. Throws UnknownConversationError.
   */
  async read(conversation_id: string, tenant_id: string | null): Promise<Conversation> {
    const of = tenant_id ?? (await this.#tenantOf(conversation_id));
    const runs = of === null ? [] : await this.#runs(conversation_id, of);
    const [latest, first] = [runs[0], runs.at(-1)];
    if (latest === undefined || first === undefined) throw new UnknownConversationError(conversation_id);
    const turns = await this.#turns(runs.slice(0, MOST_TURNS).map(({ run_id }) => run_id));
    return { ...summarizeConversation(first, latest, runs.length), turns: turns.toReversed() };
  }

  async #tenantOf(conversation_id: string): Promise<string | null> {
    const { runs } = await this.#store.list({ conversation_id, limit: 1 });
    return runs[0]?.tenant_id ?? null;
  }

  /** Newest first. */
  async #runs(conversation_id: string, tenant_id: string): Promise<readonly RunSummary[]> {
    const all: RunSummary[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const behind = cursor === undefined ? {} : { cursor };
      const page = await this.#store.list({ conversation_id, tenant_id, limit: MOST_TURNS, ...behind });
      all.push(...page.runs);
      cursor = page.next_cursor;
    }
    return all;
  }

  async #turns(run_ids: readonly RunId[]): Promise<readonly RunView[]> {
    const turns: RunView[] = [];
    for (let at = 0; at < run_ids.length; at += BATCH) {
      const loaded = await Promise.all(run_ids.slice(at, at + BATCH).map((run_id) => this.#turn(run_id)));
      turns.push(...loaded.filter((turn) => turn !== null));
    }
    return turns;
  }

  /** null when it has expired since it was listed. */
  async #turn(run_id: RunId): Promise<RunView | null> {
    const state = await loadState(this.#store, run_id);
    return state && viewOf(state);
  }
}
