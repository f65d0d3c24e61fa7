import { hasEnded } from "../../../../domain/run/state.ts";
import { useRun } from "../live/use-run.ts";

/** Whether the run goes on, as far as it is known here; without a run nothing does. */
export function useIsActive(run_id: string | null): boolean {
  const { state, connection } = useRun(run_id ?? "", false);
  return run_id !== null && state !== null && !hasEnded(state) && connection.status !== "refused";
}
