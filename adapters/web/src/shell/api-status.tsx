import { reachability } from "../api/api.ts";
import { useStore } from "../live/use-store.ts";
import "./api-status.css";

/** Whether the API answers. What is done about it when not, OutageBanner tells. */
export function ApiStatus() {
  const { status } = useStore(reachability);
  return (
    <span className="api-status" data-status={status} role="status">
      <span className="api-status-dot" aria-hidden /> {status === "up" ? "API connected" : "API down"}
    </span>
  );
}
