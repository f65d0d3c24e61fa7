import type { RunStatus } from "../../../../domain/run/state.ts";
import type { Outcome } from "../../../../domain/run/summary.ts";
import { toneOf, wordOf } from "./status.ts";
import "./status-badge.css";

interface StatusBadgeProps {
  readonly status: RunStatus;
  readonly outcome: Outcome | null;
}

/** A run's status in a word and a colour. */
export function StatusBadge({ status, outcome }: StatusBadgeProps) {
  const tone = toneOf(status, outcome);
  return (
    <span className="status-badge" data-tone={tone}>
      <span className="status-badge-dot" aria-hidden />
      {wordOf(status, outcome)}
    </span>
  );
}
