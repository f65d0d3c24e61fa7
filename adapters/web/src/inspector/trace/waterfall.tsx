import { type PointerEvent, useEffect, useRef, useState } from "react";
import { formatDuration } from "../../ui/format.ts";
import { type Bar, place, type Range, ticksOf } from "./waterfall.ts";
import "./waterfall.css";

interface WaterfallProps {
  readonly bars: readonly Bar[];
  readonly range: Range;
  readonly selected: string | null;
  /** The moment looked at, in milliseconds since the run's start. */
  readonly marker_ms: number | null;
  readonly onSelect: (span_id: string) => void;
  readonly onZoom: (factor: number, at_ms: number) => void;
  readonly onMove: (share: number) => void;
  readonly onRange: (range: Range) => void;
}

export function Waterfall(props: WaterfallProps) {
  const { bars, range, selected, marker_ms, onSelect } = props;
  const axis = useAxis(props);
  const at = (ms: number) => ((ms - range.from_ms) / (range.to_ms - range.from_ms)) * 100;
  const marked = marker_ms !== null && marker_ms >= range.from_ms && marker_ms <= range.to_ms;
  return (
    <div className="waterfall" ref={axis.wheel}>
      <div className="waterfall-row waterfall-axis">
        <span className="waterfall-name">Span</span>
        <div className="waterfall-track" {...axis.drag}>
          {ticksOf(range).map((tick) => (
            <span key={tick} className="waterfall-tick numbers" style={{ left: `${at(tick)}%` }}>
              {formatDuration(tick)}
            </span>
          ))}
          {axis.chosen !== null && (
            <span
              className="waterfall-chosen"
              style={{
                left: `${at(axis.chosen.from_ms)}%`,
                width: `${at(axis.chosen.to_ms) - at(axis.chosen.from_ms)}%`,
              }}
            />
          )}
        </div>
        <span className="waterfall-took">Took</span>
      </div>
      <ol className="waterfall-rows">
        {bars.map((bar) => {
          const { span, depth, start_ms, end_ms } = bar;
          const placed = place(bar, range);
          return (
            <li key={span.span_id}>
              <button
                type="button"
                className="waterfall-row"
                aria-pressed={span.span_id === selected}
                onClick={() => onSelect(span.span_id)}
              >
                <span className="waterfall-name" style={{ paddingLeft: `${depth * 14}px` }}>
                  <i className="waterfall-kind" data-kind={span.kind} aria-hidden />
                  <span className="waterfall-name-text">{span.name}</span>
                  {span.status !== "success" && (
                    <span className="waterfall-status" data-status={span.status}>
                      {span.status}
                    </span>
                  )}
                </span>
                <span className="waterfall-track" aria-hidden>
                  {placed !== null && (
                    <span
                      className="waterfall-bar"
                      data-kind={span.kind}
                      data-status={span.status}
                      style={{ left: `min(${placed.left}%, 100% - 3px)`, width: `${placed.width}%` }}
                    />
                  )}
                  {marked && <span className="waterfall-marker" style={{ left: `${at(marker_ms)}%` }} />}
                </span>
                <span className="waterfall-took numbers">{formatDuration(end_ms - start_ms)}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

/** Turning the wheel and dragging across the axis, as changes of the range. */
function useAxis({ range, onZoom, onMove, onRange }: WaterfallProps) {
  const wheel = useRef<HTMLDivElement>(null);
  const [begun, setBegun] = useState<number | null>(null);
  const [reached, setReached] = useState<number | null>(null);
  useEffect(() => {
    const element = wheel.current;
    const turn = (event: WheelEvent) => {
      const track = element?.querySelector(".waterfall-axis .waterfall-track");
      if (!track || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
      event.preventDefault();
      const turned = event.deltaY || event.deltaX;
      if (event.shiftKey) onMove(Math.sign(turned) * 0.1);
      else onZoom(turned > 0 ? 1.25 : 0.8, momentAt(event.clientX, track, range));
    };
    // React's own listeners are passive, and the browser would zoom the page.
    element?.addEventListener("wheel", turn, { passive: false });
    return () => element?.removeEventListener("wheel", turn);
  }, [range, onZoom, onMove]);
  const chosen =
    begun === null || reached === null
      ? null
      : { from_ms: Math.min(begun, reached), to_ms: Math.max(begun, reached) };
  const drag = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      setBegun(momentAt(event.clientX, event.currentTarget, range));
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (begun !== null) setReached(momentAt(event.clientX, event.currentTarget, range));
    },
    onPointerUp: () => {
      if (chosen !== null && chosen.to_ms - chosen.from_ms >= 1) onRange(chosen);
      setBegun(null);
      setReached(null);
    },
  };
  return { wheel, drag, chosen };
}

function momentAt(x: number, track: Element, { from_ms, to_ms }: Range): number {
  const { left, width } = track.getBoundingClientRect();
  return from_ms + Math.min(1, Math.max(0, (x - left) / width)) * (to_ms - from_ms);
}
