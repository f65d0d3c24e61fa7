import { useEffect, useRef, useState } from "react";
import { hasEnded } from "../../../../domain/run/state.ts";
import { outcomeOf } from "../../../../domain/run/summary.ts";
import { useRun } from "../live/use-run.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { StatusBadge } from "../ui/status-badge.tsx";
import { Answer } from "./answer.tsx";
import { Question } from "./question.tsx";
import { Rating } from "./rating.tsx";
import { standingOf } from "./standing.ts";
import { StandingLine } from "./standing-line.tsx";
import type { Turn } from "./use-turns.ts";
import "./turn.css";

const LOST = {
  tone: "warn",
  text: "The engine does not know this run any more",
  detail: "ended runs are kept for a time, and without Redis none outlives its process",
} as const;

interface TurnViewProps {
  readonly turn: Turn;
  readonly run_id: string;
  /** Its run is shown beside. */
  readonly isShown: boolean;
  /** Shows its run; with `decide` where one decides what it waits for. */
  readonly onSelect: (run_id: string, decide?: boolean) => void;
}

/** A message and its answer, which is followed once the turn has come into view. */
export function TurnView({ turn, run_id, isShown, onSelect }: TurnViewProps) {
  const [view, seen] = useSeen();
  const { state: told, events, connection } = useRun(run_id, seen || turn.run?.ended_at === null);
  // A run that has ended is not played again while its events come in.
  const state = turn.run?.ended_at && told !== null && !hasEnded(told) ? null : told;
  const isLive = state !== null && !hasEnded(state);
  const status = state?.situation.status ?? turn.run?.status ?? "queued";
  const outcome = state === null ? (turn.run?.outcome ?? null) : outcomeOf(state);
  const text = state === null ? (turn.run?.final_text ?? "") : state.output_text;
  const standing = state === null ? null : standingOf(state);
  const lost = connection.status === "refused";
  const waits = !lost && status === "waiting_for_approval";
  return (
    <article className="turn" ref={view} aria-label={turn.message.slice(0, 80)}>
      <Question message={turn.message} context={state?.context ?? turn.context} />
      <Answer text={text} chunks={state?.retrieved_chunks ?? []} events={events} isLive={isLive} />
      {lost && <StandingLine standing={LOST} />}
      {standing !== null && !lost && (
        <StandingLine standing={standing} onDecide={waits ? () => onSelect(run_id, true) : undefined} />
      )}
      <footer className="turn-foot">
        <button
          type="button"
          className="turn-run"
          aria-pressed={isShown}
          title="Show this run"
          onClick={() => onSelect(run_id)}
        >
          {lost ? "Show what is known" : <StatusBadge status={status} outcome={outcome} />}
        </button>
        {state !== null && hasEnded(state) && text !== "" && (
          <>
            <CopyButton label="Copy the answer" text={() => text} />
            <Rating state={state} />
          </>
        )}
      </footer>
    </article>
  );
}

/** True once the element was near the visible part of the page. */
function useSeen() {
  const element = useRef<HTMLElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (seen || element.current === null) return;
    const near = new IntersectionObserver(([entry]) => entry?.isIntersecting && setSeen(true), {
      rootMargin: "400px",
    });
    near.observe(element.current);
    return () => near.disconnect();
  }, [seen]);
  return [element, seen] as const;
}
