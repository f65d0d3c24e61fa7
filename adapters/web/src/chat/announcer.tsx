import { useEffect } from "react";
import { hasEnded } from "../../../../domain/run/state.ts";
import { queryClient } from "../api/query-client.ts";
import { useRun } from "../live/use-run.ts";
import { CONVERSATIONS_KEY } from "./conversations.ts";
import { standingOf } from "./standing.ts";

interface AnnouncerProps {
  readonly title: string;
  /** Of the latest turn. */
  readonly run_id: string;
}

/**
 * Tells those who do not look how the latest turn stands: screen readers when it changes (and not with every word
 * of the answer), the tab's title when somebody has to decide, the list of conversations always.
 */
export function Announcer({ title, run_id }: AnnouncerProps) {
  const { state } = useRun(run_id, false);
  const status = state?.situation.status;
  useEffect(() => {
    if (status !== undefined) void queryClient.invalidateQueries({ queryKey: CONVERSATIONS_KEY });
  }, [status]);
  useEffect(() => {
    document.title = `${status === "waiting_for_approval" ? "Waiting for you: " : ""}${title} · Baton`;
  }, [title, status]);
  return (
    <p className="spoken" role="status">
      {state !== null &&
        (standingOf(state)?.text ?? (hasEnded(state) ? "The answer is complete." : "Answering."))}
    </p>
  );
}
