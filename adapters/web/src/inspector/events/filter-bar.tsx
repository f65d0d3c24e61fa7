import { Popover } from "@base-ui/react/popover";
import { ListFilter, Search } from "lucide-react";
import { useMemo } from "react";
import type { EventType, RunEvent } from "../../../../../domain/run/events.ts";
import { type EventFilter, typesOf } from "./event-filter.ts";
import "./filter-bar.css";

interface FilterBarProps {
  readonly events: readonly RunEvent[];
  /** How many pass. */
  readonly shown: number;
  readonly filter: EventFilter;
  readonly onChange: (filter: EventFilter) => void;
}

export function FilterBar({ events, shown, filter, onChange }: FilterBarProps) {
  const { types, search } = filter;
  return (
    <div className="filter-bar">
      <label className="filter-search">
        <Search aria-hidden />
        <span className="spoken">Search in events</span>
        <input
          type="search"
          className="input"
          placeholder="Search in events"
          value={search}
          onChange={({ target }) => onChange({ types, search: target.value })}
        />
      </label>
      <Popover.Root>
        <Popover.Trigger className="button">
          <ListFilter aria-hidden /> {types.size === 0 ? "All types" : `${types.size} types`}
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Positioner sideOffset={6} align="start">
            <Popover.Popup className="filter-types" aria-label="Types of events">
              <Types
                events={events}
                types={types}
                onChange={(chosen) => onChange({ types: chosen, search })}
              />
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
      <span className="muted numbers" role="status">
        {shown === events.length ? `${shown} events` : `${shown} of ${events.length} events`}
      </span>
    </div>
  );
}

interface TypesProps {
  readonly events: readonly RunEvent[];
  readonly types: ReadonlySet<EventType>;
  readonly onChange: (types: ReadonlySet<EventType>) => void;
}

function Types({ events, types, onChange }: TypesProps) {
  const counts = useMemo(() => typesOf(events), [events]);
  const toggle = (type: EventType) => {
    const chosen = new Set(types);
    if (!chosen.delete(type)) chosen.add(type);
    onChange(chosen);
  };
  return (
    <>
      <button
        type="button"
        className="filter-all"
        disabled={types.size === 0}
        onClick={() => onChange(new Set())}
      >
        Show all types
      </button>
      {counts.map(([type, count]) => (
        <label key={type} className="filter-type">
          <input type="checkbox" checked={types.has(type)} onChange={() => toggle(type)} />
          <span>{type}</span>
          <span className="muted numbers">{count}</span>
        </label>
      ))}
    </>
  );
}
