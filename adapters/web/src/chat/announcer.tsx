import { useEffect } from "react";
import { hasEnded } from "../../../../domain/run/state.ts";
import { queryClient } from "../api/query-client.ts";
import { useRun } from "../live/use-run.ts";
import { CONVERSATIONS_KEY } from "./conversations.ts";
import { standingOf } from "./standing.ts";

/** Tells screen readers how the latest turn stands: when it changes, and not with every word of the answer. */
export function Announcer({ run_id }: { readonly run_id: string }) {
  const { state } = useRun(run_id, false);
  const status = state?.situation.status;
  useEffect(() => {
    // The list of conversations tells how the latest turn of each stands.
    if (status !== undefined) void queryClient.invalidateQueries({ queryKey: CONVERSATIONS_KEY });
  }, [status]);
  return (
    <p className="spoken" role="status">
      {state !== null &&
        (standingOf(state)?.text ?? (hasEnded(state) ? "The answer is complete." : "Answering."))}
    </p>
  );
}
