import type { Connection } from "../live/run-feed.ts";
import { retryNow } from "../live/use-run.ts";
import { Countdown } from "../ui/time.tsx";
import "./connection-badge.css";

/** How well a run is followed. */
export function ConnectionBadge({ connection }: { readonly connection: Connection }) {
  return (
    <span className="connection" data-status={connection.status} role="status">
      <Words connection={connection} />
    </span>
  );
}

function Words({ connection }: { readonly connection: Connection }) {
  switch (connection.status) {
    case "connecting":
      return "connecting…";
    case "live":
      return "live";
    case "reconnecting":
      return (
        <button type="button" className="connection-retry" onClick={retryNow}>
          reconnecting in <Countdown until={connection.retry_at} />
        </button>
      );
    case "complete":
      return "all events received";
    case "unauthorized":
      return "API key needed";
    case "refused":
      return "lost";
    default:
      return connection satisfies never;
  }
}
