import { expect } from "vitest";
import { type RefusalCode, RefusedError } from "../../domain/errors.ts";
import type { EventId, RunId, Timestamp } from "../../domain/ids.ts";
import type { Command } from "../../domain/run/commands.ts";
import { decide } from "../../domain/run/decide.ts";
import type { EventDraft, EventType, RunEvent } from "../../domain/run/events.ts";
import { fold } from "../../domain/run/evolve.ts";
import type { RunState } from "../../domain/run/state.ts";
import { at, RUN_ID } from "./run-commands.ts";

/**
 * The decider's specification: given what happened, when something is asked for, then these events follow.
 *
 *     given(happened(start(), begin("receive"))).when(cancel()).then([...])
 */
export function given(history: readonly EventDraft[]): { when(command: Command): Specification } {
  const state = fold(null, recorded(history));
  return { when: (command) => new Specification(() => decide(command, state)) };
}

class Specification {
  readonly #decide: () => readonly EventDraft[];

  constructor(decided: () => readonly EventDraft[]) {
    this.#decide = decided;
  }

  /** Exactly these events, in this order. */
  // biome-ignore lint/suspicious/noThenProperty: given, when, then is a sentence; nobody awaits it.
  then(events: readonly EventDraft[]): void {
    expect(this.#decide()).toEqual(events);
  }

  thenTypes(types: readonly EventType[]): void {
    expect(this.#decide().map(({ type }) => type)).toEqual(types);
  }

  thenNothing(): void {
    expect(this.#decide()).toEqual([]);
  }

  thenRefused(code: RefusalCode): void {
    expect(refusalOf(this.#decide)).toBe(code);
  }
}

/** The code of the RefusedError that `attempt` throws, null when it throws none; another error is let through. */
export function refusalOf(attempt: () => unknown): RefusalCode | null {
  try {
    attempt();
    return null;
  } catch (error) {
    if (error instanceof RefusedError) return error.code;
    throw error;
  }
}

/** What happened when these commands were given, one after the other. */
export function happened(...commands: readonly Command[]): readonly EventDraft[] {
  let history: readonly EventDraft[] = [];
  let state: RunState | null = null;
  for (const command of commands) {
    const drafts = decide(command, state);
    state = fold(state, recorded(drafts, history.length));
    history = [...history, ...drafts];
  }
  return history;
}

/** The state that these commands lead to. */
export function stateAfter(...commands: readonly Command[]): RunState {
  const state = fold(null, recorded(happened(...commands)));
  if (state === null) throw new RangeError("no command was given");
  return state;
}

/** Drafts as a session records them: one a second, numbered from `last_seq` + 1. */
export function recorded(drafts: readonly EventDraft[], last_seq = 0): readonly RunEvent[] {
  return drafts.map((draft, index) => stamp(draft, last_seq + index + 1, at(last_seq + index)));
}

export function stamp(draft: EventDraft, seq: number, ts: Timestamp, run_id: RunId = RUN_ID): RunEvent {
  return { id: `event-${seq}` as EventId, run_id, seq, ts, ...draft } as RunEvent;
}
