import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef } from "react";
import type { RunEvent } from "../../../../../domain/run/events.ts";
import { formatDuration } from "../../ui/format.ts";
import { gistOf } from "./gist.ts";
import "./event-table.css";

const ROW_PX = 26;
/** How near to the end counts as being there. */
const NEAR_PX = 60;

interface EventTableProps {
  readonly events: readonly RunEvent[];
  /** When the run began. */
  readonly origin: string;
  readonly seq: number | null;
  readonly onSelect: (seq: number) => void;
}

/** As many rows as fit the view, however many events there are. Sticks to the end while one is there. */
export function EventTable({ events, origin, seq, onSelect }: EventTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
  });
  const selected = seq === null ? -1 : events.findIndex((event) => event.seq === seq);
  useEffect(() => {
    if (selected >= 0) rows.scrollToIndex(selected, { align: "auto" });
  }, [selected, rows]);
  useEffect(() => {
    if (seq === null && atEnd.current && events.length > 0) rows.scrollToIndex(events.length - 1);
  }, [seq, events.length, rows]);
  const started = Date.parse(origin);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }[event.key];
    const from = selected >= 0 ? selected : events.length - 1;
    const to =
      event.key === "Home" ? 0 : event.key === "End" ? events.length - 1 : from + (step ?? Number.NaN);
    const target = events[Math.min(events.length - 1, Math.max(0, to))];
    if (Number.isNaN(to) || target === undefined) return;
    event.preventDefault();
    onSelect(target.seq);
  };
  return (
    <div
      ref={scroller}
      className="event-table"
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_PX;
      }}
    >
      <div
        role="listbox"
        aria-label="Events"
        tabIndex={0}
        className="event-rows"
        style={{ height: rows.getTotalSize() }}
        aria-activedescendant={selected >= 0 ? `event-${seq}` : undefined}
        onKeyDown={move}
      >
        {rows.getVirtualItems().map(({ index, start }) => {
          const event = events[index];
          if (event === undefined) return null;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the list's own.
            // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and names the row.
            <div
              key={event.seq}
              id={`event-${event.seq}`}
              role="option"
              aria-selected={index === selected}
              aria-setsize={events.length}
              aria-posinset={index + 1}
              className="event-row"
              style={{ transform: `translateY(${start}px)` }}
              onClick={() => onSelect(event.seq)}
            >
              <span className="event-seq numbers">{event.seq}</span>
              <span className="event-time numbers">+{formatDuration(Date.parse(event.ts) - started)}</span>
              <span className="event-type">{event.type}</span>
              <span className="event-gist">{gistOf(event)}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
