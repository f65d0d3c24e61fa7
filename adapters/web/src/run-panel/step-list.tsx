import { useMemo } from "react";
import type { RunEvent } from "../../../../domain/run/events.ts";
import { Duration } from "../ui/time.tsx";
import { projectSteps } from "./steps.ts";

/** The steps a run has gone through so far. */
export function StepList({ events }: { readonly events: readonly RunEvent[] }) {
  const steps = useMemo(() => projectSteps(events), [events]);
  return (
    <ol className="steps">
      {steps.map(({ step, attempt, started_at, ended_at }) => (
        <li key={`${step} ${attempt}`} className="step">
          <span>{step}</span>
          {attempt > 1 && <span className="muted">attempt {attempt}</span>}
          <Duration start={started_at} end={ended_at} />
        </li>
      ))}
    </ol>
  );
}
