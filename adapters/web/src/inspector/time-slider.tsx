import { Pause, Play, Radio, StepBack, StepForward } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { RunEvent } from "../../../../domain/run/events.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { formatDuration } from "../ui/format.ts";
import "./time-slider.css";

/** A replay shows so many events a second. */
const EVENTS_PER_SECOND = 12;
/** PageUp and PageDown go so many events at once. */
const PAGE = 10;

interface TimeSliderProps {
  readonly events: readonly RunEvent[];
  /** null: the latest, moving on with the run. */
  readonly seq: number | null;
  readonly onChange: (seq: number | null) => void;
}

/** Which of a run's moments is looked at: any event, or the latest as it comes. */
export function TimeSlider({ events, seq, onChange }: TimeSliderProps) {
  const latest = events.length;
  const shown = Math.min(seq ?? latest, latest);
  const [playing, setPlaying] = useState(false);
  const to = (wanted: number) => onChange(wanted >= latest ? null : Math.max(1, wanted));
  // A live run renders often: the clock must not begin anew each time.
  const step = () => {
    if (shown >= latest) setPlaying(false);
    else to(shown + 1);
  };
  const next = useRef(step);
  next.current = step;
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => next.current(), 1_000 / EVENTS_PER_SECOND);
    return () => clearInterval(timer);
  }, [playing]);
  const event = events[shown - 1];
  const after = Date.parse(event?.ts ?? "") - Date.parse(events[0]?.ts ?? "");
  const play = () => {
    if (!playing && shown >= latest) onChange(1);
    setPlaying(!playing);
  };
  return (
    <fieldset className="time-slider">
      <legend className="spoken">The moment looked at</legend>
      <IconButton label="One event back" disabled={shown <= 1} onClick={() => to(shown - 1)}>
        <StepBack />
      </IconButton>
      <IconButton label={playing ? "Pause" : "Play the run event by event"} onClick={play}>
        {playing ? <Pause /> : <Play />}
      </IconButton>
      <IconButton label="One event on" disabled={shown >= latest} onClick={() => to(shown + 1)}>
        <StepForward />
      </IconButton>
      <input
        type="range"
        className="time-slider-range"
        aria-label="Event"
        aria-valuetext={`event ${shown} of ${latest}: ${event?.type ?? ""}`}
        min={1}
        max={latest}
        value={shown}
        onChange={({ target }) => to(Number(target.value))}
        onKeyDown={(pressed) => {
          const pages = { PageUp: 1, PageDown: -1 }[pressed.key];
          if (pages === undefined) return;
          pressed.preventDefault();
          to(shown + pages * PAGE);
        }}
      />
      <span className="time-slider-where numbers">
        {shown} / {latest}
      </span>
      <span className="time-slider-event">
        <b>{event?.type}</b> <span className="muted">after {formatDuration(after)}</span>
      </span>
      <Button
        title="Always look at the latest event"
        aria-pressed={seq === null}
        className="time-slider-latest"
        onClick={() => onChange(seq === null ? latest : null)}
      >
        <Radio aria-hidden /> Latest
      </Button>
    </fieldset>
  );
}
