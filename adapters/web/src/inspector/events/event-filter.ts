import type { EventType, RunEvent } from "../../../../../domain/run/events.ts";

export interface EventFilter {
  /** Empty: all. */
  readonly types: ReadonlySet<EventType>;
  /** Words that must all stand in the event, in any case. */
  readonly search: string;
}

export const EVERYTHING: EventFilter = { types: new Set(), search: "" };

/** What of an event is searched, made once: events never change. */
const texts = new WeakMap<RunEvent, string>();

export function filtered(events: readonly RunEvent[], { types, search }: EventFilter): readonly RunEvent[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (types.size === 0 && words.length === 0) return events;
  return events.filter(
    (event) =>
      (types.size === 0 || types.has(event.type)) && words.every((word) => textOf(event).includes(word)),
  );
}

/** The types there are, with how many events each has, the first met first. */
export function typesOf(events: readonly RunEvent[]): readonly (readonly [EventType, number])[] {
  const counts = new Map<EventType, number>();
  for (const { type } of events) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts];
}

function textOf(event: RunEvent): string {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const text = `${event.type} ${JSON.stringify(event.data)}`.toLowerCase();
  texts.set(event, text);
  return text;
}
