import { useDeferredValue, useMemo, useState } from "react";
import type { RunEvent } from "../../../../../domain/run/events.ts";
import { EventDetails } from "./event-details.tsx";
import { EVERYTHING, filtered } from "./event-filter.ts";
import { EventTable } from "./event-table.tsx";
import { FilterBar } from "./filter-bar.tsx";
import "./events-view.css";

interface EventsViewProps {
  readonly events: readonly RunEvent[];
  /** The event looked at; null: the latest as it comes. */
  readonly seq: number | null;
  readonly onSelect: (seq: number | null) => void;
  readonly onSpan: (span_id: string) => void;
}

/** Every event there is, to filter, search and read. */
export function EventsView({ events, seq, onSelect, onSpan }: EventsViewProps) {
  const [filter, setFilter] = useState(EVERYTHING);
  // Typing stays quick however many events there are: the list follows when it can.
  const applied = useDeferredValue(filter);
  const shown = useMemo(() => filtered(events, applied), [events, applied]);
  const selected = seq === null ? undefined : events[seq - 1];
  return (
    <div className="events-view">
      <div className="events-view-main">
        <FilterBar events={events} shown={shown.length} filter={filter} onChange={setFilter} />
        <EventTable events={shown} origin={events[0]?.ts ?? ""} seq={seq} onSelect={onSelect} />
      </div>
      {selected !== undefined && (
        <EventDetails event={selected} events={events} onClose={() => onSelect(null)} onSpan={onSpan} />
      )}
    </div>
  );
}
