import { useEffect, useRef } from "react";
import type { RunState } from "../../../../../domain/run/state.ts";
import { ApprovalCard } from "./approval-card.tsx";

interface ApprovalsProps {
  readonly state: RunState;
  /** Counts up to bring the focus here. */
  readonly decide: number;
}

/** What the run asks a person. */
export function Approvals({ state: run, decide }: ApprovalsProps) {
  const { situation } = run;
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (decide === 0) return;
    section.current?.focus();
    section.current?.scrollIntoView({ block: "nearest" });
  }, [decide]);
  if (situation.status !== "waiting_for_approval") return null;
  return (
    <section ref={section} className="approvals" aria-label="Waiting for your decision" tabIndex={-1}>
      {situation.approvals.map((asked) => (
        <ApprovalCard key={asked.call_id ?? "answer"} asked={asked} state={run} />
      ))}
    </section>
  );
}
