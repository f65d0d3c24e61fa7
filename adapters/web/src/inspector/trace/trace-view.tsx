import { Minus, Plus, RotateCcw } from "lucide-react";
import { useMemo, useState } from "react";
import { isTerminal, type RunEvent } from "../../../../../domain/run/events.ts";
import { projectTrace } from "../../../../../domain/trace/project.ts";
import { IconButton } from "../../ui/button.tsx";
import { useNow } from "../../ui/time.tsx";
import { EventDetails } from "../events/event-details.tsx";
import { SpanDetails } from "./span-details.tsx";
import { barsOf, moved, type Range, wholeOf, zoomed } from "./waterfall.ts";
import { Waterfall } from "./waterfall.tsx";
import "./trace-view.css";

interface TraceViewProps {
  readonly events: readonly RunEvent[];
  /** The event looked at; null: the latest. */
  readonly seq: number | null;
  readonly span_id: string | null;
  readonly onSpan: (span_id: string | null) => void;
  readonly onSeq: (seq: number | null) => void;
  /** Asks for the events from this one on. */
  readonly onEvents: (seq: number) => void;
}

const NEARER = 0.5;

/** The run as a waterfall of spans: what took how long, and inside what. */
export function TraceView({ events, seq, span_id, onSpan, onSeq, onEvents }: TraceViewProps) {
  const { spans } = useMemo(() => projectTrace(events), [events]);
  const last = events.at(-1);
  const ended = last !== undefined && isTerminal(last);
  const ticking = useNow(ended ? null : 250);
  const now = ended ? Date.parse(last.ts) : ticking;
  const bars = useMemo(() => barsOf(spans, now), [spans, now]);
  const whole = wholeOf(bars);
  // null: all of it, growing with the run.
  const [chosen, setChosen] = useState<Range | null>(null);
  const range = chosen ?? whole;
  const zoom = (factor: number, at_ms = (range.from_ms + range.to_ms) / 2) => {
    const next = zoomed(range, factor, at_ms, whole);
    setChosen(next.from_ms <= whole.from_ms && next.to_ms >= whole.to_ms ? null : next);
  };
  const origin = Date.parse(events[0]?.ts ?? "");
  const looked = seq === null ? undefined : events[seq - 1];
  const selected = bars.find(({ span }) => span.span_id === span_id) ?? null;
  return (
    <div className="trace-view">
      <div className="trace-view-main">
        <div className="trace-view-tools" role="toolbar" aria-label="Zoom">
          <IconButton label="Zoom in" onClick={() => zoom(NEARER)}>
            <Plus />
          </IconButton>
          <IconButton label="Zoom out" disabled={chosen === null} onClick={() => zoom(1 / NEARER)}>
            <Minus />
          </IconButton>
          <IconButton label="Show all of it" disabled={chosen === null} onClick={() => setChosen(null)}>
            <RotateCcw />
          </IconButton>
          <span className="muted trace-view-hint">
            Ctrl + wheel zooms, Shift + wheel moves, dragging across the axis chooses a part
          </span>
        </div>
        <Waterfall
          bars={bars}
          range={range}
          selected={span_id}
          marker_ms={looked === undefined ? null : Date.parse(looked.ts) - origin}
          onSelect={onSpan}
          onZoom={zoom}
          onMove={(share) => chosen !== null && setChosen(moved(range, share, whole))}
          onRange={setChosen}
        />
      </div>
      {selected !== null ? (
        <SpanDetails bar={selected} events={events} onClose={() => onSpan(null)} onEvents={onEvents} />
      ) : (
        looked !== undefined && (
          <EventDetails event={looked} events={events} onClose={() => onSeq(null)} onSpan={onSpan} />
        )
      )}
    </div>
  );
}
