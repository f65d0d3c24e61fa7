import { useEffect, useRef, useState } from "react";
import { hasEnded } from "../../../../domain/run/state.ts";
import { outcomeOf } from "../../../../domain/run/summary.ts";
import { useRun } from "../live/use-run.ts";
import { StatusBadge } from "../ui/status-badge.tsx";
import { Answer } from "./answer.tsx";
import { Question } from "./question.tsx";
import type { Turn } from "./use-turns.ts";
import "./turn.css";

interface TurnViewProps {
  readonly turn: Turn;
  readonly run_id: string;
  readonly isShown: boolean;
  readonly onSelect: (run_id: string) => void;
}

/** A message and its answer, which is followed once the turn has come into view. */
export function TurnView({ turn, run_id, isShown, onSelect }: TurnViewProps) {
  const [view, seen] = useSeen();
  const { state } = useRun(run_id, seen || turn.run?.ended_at === null);
  const status = state?.situation.status ?? turn.run?.status ?? "queued";
  const outcome = state === null ? (turn.run?.outcome ?? null) : outcomeOf(state);
  const text = state === null ? (turn.run?.final_text ?? "") : state.output_text;
  return (
    <article className="turn" ref={view}>
      <Question message={turn.message} context={state?.context ?? turn.context} />
      <Answer
        text={text}
        chunks={state?.retrieved_chunks ?? []}
        isLive={state !== null && !hasEnded(state)}
      />
      <footer className="turn-foot">
        <button
          type="button"
          className="turn-run"
          aria-pressed={isShown}
          onClick={() => onSelect(run_id)}
          title="Show this run"
        >
          <StatusBadge status={status} outcome={outcome} />
        </button>
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
