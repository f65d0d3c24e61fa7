import type { RunStatus } from "../../../../domain/run/state.ts";
import { wordOf } from "../ui/status.ts";
import "./status-filter.css";

/** In the order of a run's life. */
const STATUSES = [
  "queued",
  "running",
  "waiting_for_tool",
  "waiting_for_approval",
  "retrying",
  "completed",
  "failed",
  "cancelled",
] as const satisfies readonly RunStatus[];

export function isRunStatus(text: string | null): text is RunStatus {
  return STATUSES.some((status) => status === text);
}

interface StatusFilterProps {
  /** null: all. */
  readonly status: RunStatus | null;
  readonly onChange: (status: RunStatus | null) => void;
}

export function StatusFilter({ status, onChange }: StatusFilterProps) {
  return (
    <fieldset className="status-filter">
      <legend className="spoken">Show runs with the status</legend>
      {[null, ...STATUSES].map((choice) => (
        <label key={choice} className="status-filter-choice">
          <input
            type="radio"
            name="status"
            className="spoken"
            checked={status === choice}
            onChange={() => onChange(choice)}
          />
          {choice === null ? "all" : wordOf(choice, null)}
        </label>
      ))}
    </fieldset>
  );
}
