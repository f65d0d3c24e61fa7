import type { Timestamp } from "../../domain/ids.ts";
import type { StoredRun } from "../../domain/ports/run-store.ts";
import type { RunEvent } from "../../domain/run/events.ts";
import type { RunState } from "../../domain/run/state.ts";
import type { RunProgress, RunSummary } from "../../domain/run/summary.ts";

/**
 * An event as it is stored and published. Its head comes first, so that it can be told without parsing it all; nothing
 * in it needs an escape.
 */
export function encodeEvent({ id, run_id, seq, ts, type, data }: RunEvent): string {
  return `{"id":"${id}","run_id":"${run_id}","seq":${seq},"ts":"${ts}","type":"${type}","data":${JSON.stringify(data)}}`;
}

export function decodeEvent(text: string): RunEvent {
  return JSON.parse(text) as RunEvent;
}

const HEAD = /^\{"id":"[^"]*","run_id":"([^"]*)","seq":\d+,"ts":"[^"]*","type":"([^"]*)"/;

/** The run and type of an encoded event, at little cost; null when the text does not begin as ours do. */
export function headOf(text: string): Pick<RunEvent, "run_id" | "type"> | null {
  const [, run_id, type] = HEAD.exec(text) ?? [];
  return run_id === undefined || type === undefined ? null : ({ run_id, type } as RunEvent);
}

/** A run as scripts return it: its version, its snapshot or null, and the events behind it. */
export type EncodedRun = [version: number, snapshot: string | null, tail: string[]];

export function decodeStoredRun([version, snapshot, tail]: EncodedRun): StoredRun {
  return {
    version,
    snapshot: snapshot === null ? null : (JSON.parse(snapshot) as RunState),
    tail: tail.map(decodeEvent),
  };
}

/** A run as lists show it: what it was accepted as, and how far it has come, null when no commit has said so. */
export type EncodedSummary = [summary: string, progress: string | null];

export function decodeSummary([summary, progress]: EncodedSummary): RunSummary {
  const accepted = JSON.parse(summary) as RunSummary;
  return progress === null ? accepted : { ...accepted, ...(JSON.parse(progress) as RunProgress) };
}

/** The fields of a stream's entry, which Redis returns as field, value, field, value, … */
export function fieldsOf(entry: readonly string[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (let at = 0; at + 1 < entry.length; at += 2) fields.set(entry[at] ?? "", entry[at + 1] ?? "");
  return fields;
}

/** A time as scripts compare it; null stays null. */
export function milliseconds(time: Timestamp | null): number | null {
  if (time === null) return null;
  const ms = Date.parse(time);
  // Refused here, since a script that fails half-way would leave half a commit.
  if (Number.isNaN(ms)) throw new RangeError(`${time} is no time`);
  return ms;
}
