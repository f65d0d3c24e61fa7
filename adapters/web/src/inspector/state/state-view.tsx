import { useMemo, useState } from "react";
import type { RunEvent } from "../../../../../domain/run/events.ts";
import { JsonTree } from "../../ui/json-tree.tsx";
import { EventDetails } from "../events/event-details.tsx";
import { fieldsOf, isEmpty, type StateField } from "./state-changes.ts";
import type { TimeTravel } from "./time-travel.ts";
import "./state-view.css";

interface StateViewProps {
  readonly travel: TimeTravel;
  readonly events: readonly RunEvent[];
  readonly seq: number;
  readonly onSpan: (span_id: string) => void;
}

/** What the run had gathered by an event, and what that event changed. */
export function StateView({ travel, events, seq, onSpan }: StateViewProps) {
  const [all, setAll] = useState(false);
  const fields = useMemo(() => {
    const after = travel.at(events, seq);
    return after === null ? [] : fieldsOf(travel.at(events, seq - 1), after);
  }, [travel, events, seq]);
  const shown = fields.filter(({ value, before }) => all || before !== undefined || !isEmpty(value));
  const changed = fields.filter(({ before }) => before !== undefined).length;
  const event = events[seq - 1];
  return (
    <div className="state-view">
      <div className="state-view-main">
        <div className="state-view-tools">
          <span role="status">
            State behind event {seq}: {changed === 0 ? "nothing changed" : `${changed} changed`}
          </span>
          <label>
            <input type="checkbox" checked={all} onChange={({ target }) => setAll(target.checked)} /> also
            show what is empty
          </label>
        </div>
        <dl className="state-fields">
          {shown.map((field) => (
            <Field key={field.name} field={field} />
          ))}
        </dl>
      </div>
      {event !== undefined && <EventDetails event={event} events={events} onSpan={onSpan} />}
    </div>
  );
}

function Field({ field: { name, value, before } }: { readonly field: StateField }) {
  const changed = before !== undefined;
  return (
    <div className="state-field" data-changed={changed || undefined}>
      <dt>
        {name}
        {changed && <span className="spoken"> (changed)</span>}
      </dt>
      <dd>
        {isEmpty(value) ? <span className="muted">–</span> : <JsonTree value={value} />}
        {changed && !isEmpty(before) && typeof before !== "object" && (
          <span className="state-before">was {String(before).slice(-160)}</span>
        )}
      </dd>
    </div>
  );
}
