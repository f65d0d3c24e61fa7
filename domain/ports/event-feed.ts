import type { RunEvent } from "../run/events.ts";

/**
 * Live fan-out of committed events. A hint, not the truth: events may be lost, repeated or late; the
 * RunStore has them all. Events of one run arrive in order when they arrive.
 */
export interface EventFeed {
  /** Calls `listener` for events that match. Listeners must not throw or block. Returns how to stop. */
  subscribe(filter: EventFilter, listener: (event: RunEvent) => void): Promise<Unsubscribe>;
}

/** All given fields must match. */
export interface EventFilter {
  readonly run_id?: RunEvent["run_id"];
  readonly types?: readonly RunEvent["type"][];
}

export type Unsubscribe = () => Promise<void>;
