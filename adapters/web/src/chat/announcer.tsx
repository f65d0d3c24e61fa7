import { hasEnded } from "../../../../domain/run/state.ts";
import { useRun } from "../live/use-run.ts";
import { standingOf } from "./standing.ts";

/** Tells screen readers how the latest turn stands: when it changes, and not with every word of the answer. */
export function Announcer({ run_id }: { readonly run_id: string }) {
  const { state } = useRun(run_id, false);
  return (
    <p className="spoken" role="status">
      {state !== null &&
        (standingOf(state)?.text ?? (hasEnded(state) ? "The answer is complete." : "Answering."))}
    </p>
  );
}
