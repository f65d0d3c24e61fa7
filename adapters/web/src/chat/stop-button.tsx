import { Square } from "lucide-react";
import { useState } from "react";
import { api } from "../api/api.ts";
import { Button } from "../ui/button.tsx";

/** Cancels the run. */
export function StopButton({ run_id }: { readonly run_id: string }) {
  const [asked, setAsked] = useState<string | null>(null);
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
