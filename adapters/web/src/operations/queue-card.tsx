import { useId } from "react";
import type { QueueDepth } from "../../../../domain/ports/work-queue.ts";
import { formatDuration } from "../ui/format.ts";

interface QueueCardProps {
  readonly title: string;
  /** What its messages are. */
  readonly what: string;
  readonly depth: QueueDepth;
}

export function QueueCard({ title, what, depth }: QueueCardProps) {
  const id = useId();
  const { backlog, pending, dead, oldest_seconds } = depth;
  return (
    <section className="operations-card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p className="operations-figure numbers">{backlog}</p>
      <p className="muted">
        {what}: {backlog - pending} waiting, {pending} at work
        {oldest_seconds !== null && `, oldest ${formatDuration(oldest_seconds * 1_000)}`}
        {dead > 0 && `, ${dead} dead`}
      </p>
    </section>
  );
}
