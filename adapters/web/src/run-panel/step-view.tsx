import { Check, CircleSlash, Clock, LoaderCircle, RotateCw, X } from "lucide-react";
import { useState } from "react";
import { Duration } from "../ui/time.tsx";
import { count, plain } from "../ui/words.ts";
import { NoteView } from "./note-view.tsx";
import type { Note, StepProgress, StepStatus } from "./progress.ts";

const ICONS = {
  running: LoaderCircle,
  waiting: Clock,
  retrying: RotateCw,
  completed: Check,
  failed: X,
  cancelled: CircleSlash,
} satisfies Readonly<Record<StepStatus, unknown>>;

/** A step, and what happened in it, folded away when it is done and dull. */
export function StepView({ progress }: { readonly progress: StepProgress }) {
  const { step, attempt, status, started_at, ended_at, notes } = progress;
  const [chosen, choose] = useState<boolean | null>(null);
  const open = chosen ?? true;
  const Icon = ICONS[status];
  return (
    <li className="step" data-status={status}>
      <span className="step-mark">
        <Icon aria-hidden />
      </span>
      <button
        type="button"
        className="step-head"
        aria-expanded={open}
        disabled={notes.length === 0}
        onClick={() => choose(!open)}
      >
        <span className="step-name">{plain(step)}</span>
        <span className="spoken">{status}</span>
        {attempt > 1 && <span className="step-attempt">attempt {attempt}</span>}
        {!open && <span className="muted">{count(notes.length, "note")}</span>}
        <span className="step-time">
          <Duration start={started_at} end={ended_at} />
        </span>
      </button>
      {open && notes.length > 0 && (
        <ul className="notes">
          {notes.map((note: Note) => (
            <NoteView key={note.seq} note={note} />
          ))}
        </ul>
      )}
    </li>
  );
}
