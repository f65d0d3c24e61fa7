import { Link } from "wouter";
import type { RunEvent } from "../../../../domain/run/events.ts";
import type { RunState } from "../../../../domain/run/state.ts";
import { hasEnded } from "../../../../domain/run/state.ts";
import { outcomeOf } from "../../../../domain/run/summary.ts";
import { StopButton } from "../chat/stop-button.tsx";
import type { Connection } from "../live/run-feed.ts";
import { conversationPath, runPath } from "../routes.ts";
import { ConnectionBadge } from "../run-panel/connection-badge.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { formatCost } from "../ui/format.ts";
import { StatusBadge } from "../ui/status-badge.tsx";
import { Duration, When } from "../ui/time.tsx";
import { ForkButton } from "./fork-button.tsx";
import "./inspector-head.css";

const JSON_VIEWS = ["state", "workflow", "events", "trace", "diagnosis"] as const;

interface InspectorHeadProps {
  readonly run_id: string;
  readonly state: RunState | null;
  readonly events: readonly RunEvent[];
  readonly connection: Connection;
  /** The event looked at: where a branch would leave. */
  readonly seq: number;
}

/** Which run it is, how it stands, and what can be done with it. */
export function InspectorHead({ run_id, state, events, connection, seq }: InspectorHeadProps) {
  return (
    <header className="inspector-head">
      <div className="inspector-head-line">
        <h1 className="inspector-title">{state?.message ?? "Run"}</h1>
        {state !== null && <StatusBadge status={state.situation.status} outcome={outcomeOf(state)} />}
        <ConnectionBadge connection={connection} />
      </div>
      <div className="inspector-head-line">
        <span className="mono inspector-id">{run_id}</span>
        <CopyButton text={() => run_id} label="Copy the run's id" />
        {state !== null && <Facts state={state} />}
      </div>
      <div className="inspector-head-line">
        {state !== null && !hasEnded(state) && <StopButton run_id={run_id} />}
        <CopyButton text={() => location.href} label="Copy a link to what is shown" words="Copy link" />
        {state !== null && <ForkButton run_id={run_id} seq={seq} events={events} />}
        <CopyButton
          text={() => `npm run replay -- ${run_id} --url ${location.origin}`}
          label="Copy the command that replays this run offline"
          words="Copy replay command"
        />
        <nav aria-label="The run as JSON" className="inspector-json">
          {JSON_VIEWS.map((view) => (
            <a key={view} href={`${runPath(run_id)}/${view}`} target="_blank" rel="noreferrer">
              {view}
            </a>
          ))}
        </nav>
      </div>
    </header>
  );
}

function Facts({ state }: { readonly state: RunState }) {
  const { run_id, conversation_id, created_at, updated_at, mode, cost, forked_from } = state;
  return (
    <>
      <span className="muted">{mode}</span>
      <span className="muted">
        started <When at={created_at} />,{" "}
        <Duration start={created_at} end={hasEnded(state) ? updated_at : null} />
      </span>
      {cost.total_cost_usd > 0 && <span className="muted">{formatCost(cost.total_cost_usd)}</span>}
      <Link href={conversationPath(conversation_id, run_id)}>conversation</Link>
      {forked_from !== null && (
        <span className="muted">
          branched off{" "}
          <Link href={`${runPath(forked_from.run_id)}?view=events&seq=${forked_from.seq}`}>another run</Link>{" "}
          at event {forked_from.seq}
        </span>
      )}
    </>
  );
}
