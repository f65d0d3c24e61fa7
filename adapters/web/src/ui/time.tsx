import { useEffect, useState } from "react";
import { formatDuration, formatTimeOfDay, formatWhen } from "./format.ts";

/** The time now, kept up to date every `ms`; stands still when null. */
export function useNow(ms: number | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (ms === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), ms);
    return () => clearInterval(timer);
  }, [ms]);
  return now;
}

/** Whole seconds until then. */
export function Countdown({ until }: { readonly until: number }) {
  const now = useNow(250);
  return <span className="numbers">{Math.max(0, Math.ceil((until - now) / 1000))} s</span>;
}

/** How long it took; while `end` is null, how long it has taken, ticking. */
export function Duration({ start, end }: { readonly start: string; readonly end: string | null }) {
  const now = useNow(end === null ? 100 : null);
  const until = end === null ? now : Date.parse(end);
  return <span className="numbers">{formatDuration(Math.max(0, until - Date.parse(start)))}</span>;
}

/** When, in words that age; the exact time as a tooltip. */
export function When({ at }: { readonly at: string }) {
  const now = useNow(30_000);
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()}>
      {formatWhen(Date.parse(at), now)}
    </time>
  );
}

export function TimeOfDay({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} className="numbers" title={new Date(at).toLocaleString()}>
      {formatTimeOfDay(new Date(at))}
    </time>
  );
}
