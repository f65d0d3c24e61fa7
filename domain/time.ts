import type { Timestamp } from "./ids.ts";

/**
 * Milliseconds from `start` to `end`; negative when `end` is earlier. Pure: what `Date.parse` makes of this
 * one format is fixed by ECMA-262 (§ Date Time String Format), whatever the clock and the time zone.
 */
export function millisecondsBetween(start: Timestamp, end: Timestamp): number {
  return Date.parse(end) - Date.parse(start);
}

/** The time `ms` milliseconds after `time`. */
export function later(time: Timestamp, ms: number): Timestamp {
  return new Date(Date.parse(time) + ms).toISOString() as Timestamp;
}
