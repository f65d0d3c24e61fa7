import type { RunEvent } from "../../../../../domain/run/events.ts";
import { evolve } from "../../../../../domain/run/evolve.ts";
import type { RunState } from "../../../../../domain/run/state.ts";

/** Events between two states that are kept: going back costs folding at most so many. */
const EVERY = 250;

/** A run's state at any of its events, by the domain's own fold. Its events only ever get more. */
export class TimeTravel {
  /** The state behind event (index + 1) × EVERY. */
  readonly #kept: RunState[] = [];

  /** The state behind the event `seq`; null before the first. */
  at(events: readonly RunEvent[], seq: number): RunState | null {
    const last = Math.min(seq, events.length);
    const nearest = Math.min(this.#kept.length, Math.floor(last / EVERY));
    let state = this.#kept[nearest - 1] ?? null;
    for (let index = nearest * EVERY; index < last; index += 1) {
      const event = events[index];
      if (event === undefined) break;
      state = evolve(state, event);
      if ((index + 1) % EVERY === 0 && index + 1 === (this.#kept.length + 1) * EVERY) this.#kept.push(state);
    }
    return state;
  }
}
