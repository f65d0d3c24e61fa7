import { SearchCode } from "lucide-react";
import { useMemo } from "react";
import { Link } from "wouter";
import { hasEnded } from "../../../../domain/run/state.ts";
import { outcomeOf } from "../../../../domain/run/summary.ts";
import { useRun } from "../live/use-run.ts";
import { runPath } from "../routes.ts";
import { Notice } from "../ui/notice.tsx";
import { StatusBadge } from "../ui/status-badge.tsx";
import { Approvals } from "./approval/approvals.tsx";
import { ConnectionBadge } from "./connection-badge.tsx";
import { brokenOff, projectProgress } from "./progress.ts";
import { StandsStill } from "./stands-still.tsx";
import { StepList } from "./step-list.tsx";
import { Totals } from "./totals.tsx";
import "./run-panel.css";

interface RunPanelProps {
  readonly run_id: string;
  /** Counts up to bring one to what waits for a decision. */
  readonly decide?: number;
}

/** A run as it happens: where it stands, what it did and decided on the way, and what it costs. */
export function RunPanel({ run_id, decide = 0 }: RunPanelProps) {
  const { state, events, connection } = useRun(run_id);
  const lost = connection.status === "refused";
  const progress = useMemo(() => {
    const told = projectProgress(events);
    return lost ? brokenOff(told, events.at(-1)?.ts ?? "") : told;
  }, [events, lost]);
  const over = lost || (state !== null && hasEnded(state));
  return (
    <aside className="run-panel" aria-label="Run">
      <header className="run-panel-head">
        <h2 className="run-panel-title">Run</h2>
        {state !== null && !lost && (
          <StatusBadge status={state.situation.status} outcome={outcomeOf(state)} />
        )}
        <ConnectionBadge connection={connection} />
        <Link href={runPath(run_id)} className="run-panel-inspect">
          <SearchCode aria-hidden /> Inspect
        </Link>
      </header>
      {connection.status === "refused" && (
        <Notice tone="bad" title="This run cannot be followed">
          {connection.problem.message}
        </Notice>
      )}
      {state !== null && (
        <>
          <Totals state={state} over={over} />
          {state.degraded_reason !== null && (
            <Notice tone="warn" title="Degraded mode">
              {state.degraded_reason}
            </Notice>
          )}
          <Approvals state={state} decide={decide} />
          <StepList progress={progress} ended={over} />
          {!over && <StandsStill run_id={run_id} since={state.updated_at} />}
        </>
      )}
    </aside>
  );
}
