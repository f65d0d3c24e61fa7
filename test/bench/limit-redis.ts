import { readFileSync } from "node:fs";
import { Redis } from "ioredis";

/** The events of one run by transition: start, request, result, end. Each event is cut where its run's id stands. */
export type Transitions = readonly (readonly (readonly string[])[])[];

export const CHANNEL = "events:all";
export const GROUP = "workers";
/** The queue that each transition puts the run into. */
const NEXT = ["limit:requests", "limit:tools", "limit:results", ""] as const;

type Transition = (...args: readonly string[]) => Promise<unknown>;

/** The limit's connection to Redis, with its one script. */
export class LimitRedis {
  readonly raw: Redis;
  readonly #transitions: Transitions;

  constructor(url: string, transitions: Transitions) {
    const lua = readFileSync(new URL("limit-transition.lua", import.meta.url), "utf8");
    this.raw = new Redis(url, { scripts: { transition: { lua, numberOfKeys: 3 } } });
    this.#transitions = transitions;
  }

  /** Makes the `index`th transition of a run; `message_id` is what led to it, in the queue before. */
  async advance(run_id: string, index: number, message_id = ""): Promise<void> {
    const events = (this.#transitions[index] ?? []).map((parts) => parts.join(run_id));
    const keys = [`limit:run:${run_id}:events`, NEXT[index] ?? "", NEXT[index - 1] ?? ""];
    const redis = this.raw as unknown as { readonly transition: Transition };
    await redis.transition(...keys, CHANNEL, run_id, GROUP, message_id, ...events);
  }
}

/** The queue whose messages make the `index`th transition due. */
export function queueBefore(index: number): string {
  const queue = NEXT[index - 1];
  if (!queue) throw new RangeError(`nothing leads to transition ${index}`);
  return queue;
}
