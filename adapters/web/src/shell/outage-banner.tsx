import { CloudOff } from "lucide-react";
import { reachability } from "../api/api.ts";
import { retryNow } from "../live/use-run.ts";
import { useStore } from "../live/use-store.ts";
import { Button } from "../ui/button.tsx";
import { Countdown } from "../ui/time.tsx";
import "./outage-banner.css";

/** Above every view while the API does not answer: what that means, and when it is tried again. */
export function OutageBanner() {
  const state = useStore(reachability);
  if (state.status === "up") return null;
  return (
    <div className="outage">
      <CloudOff aria-hidden />
      <p>
        <strong>The API does not answer.</strong> This page catches up by itself once it is back, and{" "}
        {state.retry_at === null ? (
          "is trying now."
        ) : (
          <>
            tries again in <Countdown until={state.retry_at} />.
          </>
        )}
      </p>
      <Button onClick={retryNow}>Try now</Button>
    </div>
  );
}
