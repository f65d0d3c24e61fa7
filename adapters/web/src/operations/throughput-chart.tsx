import type { MinuteCount } from "../../../../domain/ports/throughput.ts";
import { formatCount } from "../ui/format.ts";
import "./throughput-chart.css";

/** Two bars a minute: accepted and ended. */
export function ThroughputChart({ minutes }: { readonly minutes: readonly MinuteCount[] }) {
  const highest = Math.max(1, ...minutes.flatMap(({ accepted, ended }) => [accepted, ended]));
  return (
    <figure className="throughput">
      <ol className="throughput-bars">
        {minutes.map(({ minute, accepted, ended }) => {
          const told = `${timeOf(minute)}: ${accepted} accepted, ${ended} ended`;
          return (
            <li key={minute} title={told}>
              <span className="spoken">{told}</span>
              <span
                className="throughput-bar"
                data-kind="accepted"
                style={{ height: `${(accepted / highest) * 100}%` }}
              />
              <span
                className="throughput-bar"
                data-kind="ended"
                style={{ height: `${(ended / highest) * 100}%` }}
              />
            </li>
          );
        })}
      </ol>
      <figcaption className="throughput-legend">
        <span>
          <i data-kind="accepted" aria-hidden /> accepted
        </span>
        <span>
          <i data-kind="ended" aria-hidden /> ended
        </span>
        <span className="muted numbers">
          last {minutes.length} minutes, at most {formatCount(highest)} a minute
        </span>
      </figcaption>
    </figure>
  );
}

function timeOf(minute: string): string {
  return new Date(minute).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
