import { GitBranch } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { endingStart } from "../../../../domain/run/endings.ts";
import { isTerminal, type RunEvent } from "../../../../domain/run/events.ts";
import { api } from "../api/api.ts";
import { runPath } from "../routes.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Notice } from "../ui/notice.tsx";

interface ForkButtonProps {
  readonly run_id: string;
  /** The last event that the branch shares with the run. */
  readonly seq: number;
  readonly events: readonly RunEvent[];
}

/** Branches off a new run that keeps the history up to the event looked at and goes on live from there. */
export function ForkButton({ run_id, seq, events }: ForkButtonProps) {
  const [, go] = useLocation();
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const last = events.at(-1);
  // Behind where its end begins there is nothing to go on with.
  const from_seq = last !== undefined && isTerminal(last) ? Math.min(seq, endingStart(events)) : seq;
  const fork = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const branch = await api.fork(run_id, from_seq);
      setOpen(false);
      go(runPath(branch));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <GitBranch aria-hidden /> Fork at event {from_seq}
      </Button>
      <Dialog open={open} title={`Fork at event ${from_seq}?`} onClose={() => setOpen(false)}>
        <p>
          A new run keeps the first {from_seq} events of this one and goes on live from there: the model is
          asked again, and tools are really called. This run stays as it is.
        </p>
        {problem !== null && <Notice tone="bad">{problem}</Notice>}
        <div className="dialog-actions">
          <Button onClick={() => setOpen(false)}>Cancel</Button>
          <Button variant="primary" disabled={busy} onClick={() => void fork()}>
            Fork
          </Button>
        </div>
      </Dialog>
    </>
  );
}
