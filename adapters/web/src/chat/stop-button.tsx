import { Square } from "lucide-react";
import { useState } from "react";
import { hasEnded } from "../../../../domain/run/state.ts";
import { api } from "../api/api.ts";
import { useRun } from "../live/use-run.ts";
import { Button } from "../ui/button.tsx";

/** Cancels the run; there only while it has not ended. */
export function StopButton({ run_id }: { readonly run_id: string }) {
  const { state, connection } = useRun(run_id, false);
  const [asked, setAsked] = useState<string | null>(null);
  if (state === null || hasEnded(state) || connection.status === "refused") return null;
  const stop = async () => {
    setAsked(run_id);
    // Ended meanwhile: what it was stopped for is reached. Anything else shows by the run going on.
    await api.cancel(run_id).catch(() => setAsked(null));
  };
  return (
    <Button onClick={() => void stop()} disabled={asked === run_id}>
      <Square aria-hidden fill="currentColor" /> Stop
    </Button>
  );
}
