import { Link } from "wouter";
import { outcomeOf } from "../../../../domain/run/summary.ts";
import { useRun } from "../live/use-run.ts";
import { runPath } from "../routes.ts";
import { StatusBadge } from "../ui/status-badge.tsx";
import { ConnectionBadge } from "./connection-badge.tsx";
import { StepList } from "./step-list.tsx";
import "./run-panel.css";

/** A run as it happens: where it stands, what it did and decided on the way, and what it costs. */
export function RunPanel({ run_id }: { readonly run_id: string }) {
  const { state, events, connection } = useRun(run_id);
  return (
    <aside className="run-panel" aria-label="Run">
      <header className="run-panel-head">
        {state !== null && <StatusBadge status={state.situation.status} outcome={outcomeOf(state)} />}
        <ConnectionBadge connection={connection} />
        <Link href={runPath(run_id)}>Inspect</Link>
      </header>
      <StepList events={events} />
    </aside>
  );
}
