import { useEffect } from "react";
import { api, reachability } from "../api/api.ts";
import { queryClient } from "../api/query-client.ts";
import type { Run } from "../api/types.ts";
import { useStore } from "../live/use-store.ts";
import { CONVERSATIONS_KEY, conversationKey, useConversation } from "./conversations.ts";
import { Outbox, type OutgoingTurn } from "./outbox.ts";

export const outbox = new Outbox(api);

reachability.subscribe(() => reachability.snapshot().status === "up" && outbox.resend());

/** One message and the run that answers it. */
export interface Turn {
  readonly key: string;
  /** null until the API has accepted the message. */
  readonly run_id: string | null;
  readonly message: string;
  readonly context: string | null;
  /** The run as the API last told it. */
  readonly run: Run | null;
  readonly outgoing: OutgoingTurn | null;
}

export interface Turns {
  /** Oldest first. */
  readonly turns: readonly Turn[];
  readonly title: string;
  readonly isLoading: boolean;
  /** Why the earlier turns cannot be shown. */
  readonly problem: Error | null;
}

/** The turns that the API knows of, and behind them those that were just sent. */
export function useTurns(conversation_id: string | null): Turns {
  const { data, isLoading, error } = useConversation(conversation_id);
  const listed = data?.turns ?? [];
  const sent = useStore(outbox).filter(({ run }) => run.conversation_id === conversation_id);

  const known = new Set<string>(listed.map(({ run_id }) => run_id));
  const isListed = ({ status }: OutgoingTurn) => status.name === "accepted" && known.has(status.run_id);
  const accepted = sent.filter(({ status }) => status.name === "accepted").length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each newly accepted message makes the lists old.
  useEffect(() => {
    if (accepted === 0 || conversation_id === null) return;
    void queryClient.invalidateQueries({ queryKey: CONVERSATIONS_KEY });
    void queryClient.invalidateQueries({ queryKey: conversationKey(conversation_id) });
  }, [accepted]);

  const pending = sent.filter((turn) => !isListed(turn));
  return {
    turns: [...listed.map(listedTurn), ...pending.map(sentTurn)],
    title: listed[0]?.message ?? pending[0]?.run.message ?? "",
    isLoading: isLoading && sent.length === 0,
    // A conversation that begins here is not known there yet.
    problem: sent.length === 0 ? error : null,
  };
}

/** The runs that had not ended when the API last told of them, oldest first. */
export function openRuns(turns: readonly Turn[]): readonly string[] {
  return turns.flatMap(({ run_id, run }) => (run_id === null || run?.ended_at ? [] : [run_id]));
}

function listedTurn(run: Run): Turn {
  const { run_id, message } = run;
  return { key: run_id, run_id, message, context: null, run, outgoing: null };
}

function sentTurn(outgoing: OutgoingTurn): Turn {
  const { run, status, key } = outgoing;
  const run_id = status.name === "accepted" ? status.run_id : null;
  return {
    key: run_id ?? key,
    run_id,
    message: run.message,
    context: run.context ?? null,
    run: null,
    outgoing,
  };
}
