import { STEPS, type Step } from "../../../../domain/run/events.ts";
import { plain } from "../ui/words.ts";
import { NoteView } from "./note-view.tsx";
import type { Progress } from "./progress.ts";
import { StepView } from "./step-view.tsx";
import "./step-list.css";

interface StepListProps {
  readonly progress: Progress;
  readonly ended: boolean;
}

/** The steps a run has gone through, and while it goes on those that are to come. */
export function StepList({ progress, ended }: StepListProps) {
  const { before, steps } = progress;
  return (
    <section aria-label="Steps">
      {before.length > 0 && (
        <ul className="notes">
          {before.map((note) => (
            <NoteView key={note.seq} note={note} />
          ))}
        </ul>
      )}
      <ol className="steps">
        {steps.map((step) => (
          <StepView key={step.step} progress={step} />
        ))}
        {!ended &&
          stepsAfter(steps.at(-1)?.step).map((step) => (
            <li key={step} className="step" data-status="ahead">
              <span className="step-mark" aria-hidden />
              <span className="step-name">{plain(step)}</span>
            </li>
          ))}
      </ol>
    </section>
  );
}

function stepsAfter(step: Step | undefined): readonly Step[] {
  return step === undefined ? STEPS : STEPS.slice(STEPS.indexOf(step) + 1);
}
