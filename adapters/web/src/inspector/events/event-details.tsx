import { X } from "lucide-react";
import { useMemo } from "react";
import type { RunEvent } from "../../../../../domain/run/events.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { TimeOfDay } from "../../ui/time.tsx";
import { spanOf } from "../trace/span-of.ts";
import "./event-details.css";

interface EventDetailsProps {
  readonly event: RunEvent;
  /** All of its run. */
  readonly events: readonly RunEvent[];
  readonly onClose?: () => void;
  readonly onSpan: (span_id: string) => void;
}

/** One event, as it is stored. */
export function EventDetails({ event, events, onClose, onSpan }: EventDetailsProps) {
  const text = JSON.stringify(event, null, 2);
  const span = useMemo(() => spanOf(events, event), [events, event]);
  return (
    <aside className="event-details" aria-label="Event">
      <div className="event-details-head">
        <h2>
          {event.seq} {event.type}
        </h2>
        <TimeOfDay at={event.ts} />
        <CopyButton text={() => text} label="Copy the event as JSON" />
        {onClose && (
          <IconButton label="Close the event" onClick={onClose}>
            <X />
          </IconButton>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <figure className="event-json" tabIndex={0} aria-label="The event as JSON">
        <pre>{text}</pre>
      </figure>
      {span !== null && (
        <Button className="event-details-span" onClick={() => onSpan(span.span_id)}>
          Show its span: {span.name}
        </Button>
      )}
    </aside>
  );
}
