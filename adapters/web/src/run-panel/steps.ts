import { isTerminal, type RunEvent, type Step } from "../../../../domain/run/events.ts";

export interface StepView {
  readonly step: Step;
  readonly attempt: number;
  readonly started_at: string;
  readonly ended_at: string | null;
}

/** The attempts at steps, in the order in which they began. */
export function projectSteps(events: readonly RunEvent[]): readonly StepView[] {
  const steps: StepView[] = [];
  const end = (at: string) => {
    const open = steps.at(-1);
    if (open !== undefined && open.ended_at === null) steps.splice(-1, 1, { ...open, ended_at: at });
  };
  for (const event of events) {
    if (event.type === "workflow.step.started") {
      end(event.ts);
      const { step, attempt } = event.data;
      steps.push({ step, attempt, started_at: event.ts, ended_at: null });
    } else if (event.type === "workflow.step.completed" || isTerminal(event)) end(event.ts);
  }
  return steps;
}
