import { reachability } from "../api/api.ts";
import { retryNow } from "../live/use-run.ts";
import { useStore } from "../live/use-store.ts";
import { Countdown } from "../ui/time.tsx";
import "./api-status.css";

/** Whether the API answers; when not, since when it is tried again, and a way to hurry. */
export function ApiStatus() {
  const state = useStore(reachability);
  if (state.status === "up") {
    return (
      <span className="api-status" data-status="up" role="status">
        <span className="api-status-dot" aria-hidden /> API connected
      </span>
    );
  }
  return (
    <span className="api-status" data-status="down">
      <span className="api-status-dot" aria-hidden />
      <span role="status">API down</span>
      {state.retry_at === null ? (
        <span className="muted">trying…</span>
      ) : (
        <button type="button" className="api-status-retry" onClick={retryNow}>
          retry in <Countdown until={state.retry_at} />
        </button>
      )}
    </span>
  );
}
