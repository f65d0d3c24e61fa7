import type { Timestamp } from "../ids.ts";
import type { RunStatus } from "./state.ts";
import type { RunSummary } from "./summary.ts";

/** A conversation in a list: the runs that name it. */
export interface ConversationSummary {
  readonly conversation_id: string;
  readonly tenant_id: string;
  /** The message of its first run. */
  readonly title: string;
  /** How many runs it has. */
  readonly runs: number;
  /** Of its latest run. */
  readonly status: RunStatus;
  readonly last_run_id: string;
  readonly created_at: Timestamp;
  readonly updated_at: Timestamp;
}

/** Tells a conversation by the first and the latest of its runs. */
export function summarizeConversation(
  first: RunSummary,
  latest: RunSummary,
  runs: number,
): ConversationSummary {
  return {
    conversation_id: latest.conversation_id,
    tenant_id: latest.tenant_id,
    title: first.message,
    runs,
    status: latest.status,
    last_run_id: latest.run_id,
    created_at: first.created_at,
    updated_at: latest.updated_at,
  };
}
