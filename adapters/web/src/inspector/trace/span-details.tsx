import { X } from "lucide-react";
import type { RunEvent } from "../../../../../domain/run/events.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { formatDuration } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { TimeOfDay } from "../../ui/time.tsx";
import type { Bar } from "./waterfall.ts";
import "./span-details.css";

interface SpanDetailsProps {
  readonly bar: Bar;
  readonly events: readonly RunEvent[];
  readonly onClose: () => void;
  readonly onEvents: (seq: number) => void;
}

/** What is known of one span. */
export function SpanDetails({ bar, events, onClose, onEvents }: SpanDetailsProps) {
  const { span, start_ms, end_ms } = bar;
  const first = events.find(({ ts }) => ts >= span.start_time);
  return (
    <aside className="span-details" aria-label="Span">
      <div className="span-details-head">
        <h2>{span.name}</h2>
        <CopyButton text={() => JSON.stringify(span, null, 2)} label="Copy the span as JSON" />
        <IconButton label="Close the span" onClick={onClose}>
          <X />
        </IconButton>
      </div>
      {span.error !== null && (
        <Notice tone="bad" title={span.error.code}>
          {span.error.message}
        </Notice>
      )}
      <dl>
        <Entry name="kind" value={span.kind} />
        <Entry name="status" value={span.status} />
        <div>
          <dt>start</dt>
          <dd>
            <TimeOfDay at={span.start_time} /> <span className="muted">after {formatDuration(start_ms)}</span>
          </dd>
        </div>
        <Entry
          name="took"
          value={`${formatDuration(end_ms - start_ms)}${span.end_time === null ? " so far" : ""}`}
        />
        {Object.entries(span.attributes).map(([name, value]) => (
          <Entry key={name} name={name} value={String(value)} />
        ))}
        <Entry name="span_id" value={span.span_id} />
      </dl>
      {first !== undefined && <Button onClick={() => onEvents(first.seq)}>Show its events</Button>}
    </aside>
  );
}

function Entry({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
