import { setTimeout as pause } from "node:timers/promises";
import { type ObservedRun, observeRun } from "../../../domain/evaluation/observed-run.ts";
import type { RunId } from "../../../domain/ids.ts";
import { ApiError, type RunClient } from "../run-client.ts";
import { RunWatch } from "./run-watch.ts";
import type { Turn } from "./threads.ts";

/** The engine cannot be reached, or lets nobody in: no further case can be tried. */
export class EngineUnavailable extends Error {
  override readonly name = "EngineUnavailable";
}

export interface TurnOptions {
  readonly timeout_seconds: number;
  readonly conversation_id?: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Aborts when the evaluation is interrupted, with an Error that says so. */
  readonly interrupted: AbortSignal;
}

export interface TakenTurn {
  /** null when no run came about. */
  readonly run: ObservedRun | null;
  readonly seconds: number;
  /** Why the run came to no end of its own; null when it did. */
  readonly problem: string | null;
}

const BUSY = [429, 503];
const NOT_LET_IN = [401, 403];

/**
 * Sends a message and follows its run to the end. The time is that of the run: while the engine has no place for
 * it, it waits as long again. Throws EngineUnavailable.
 */
export async function takeTurn(client: RunClient, turn: Turn, options: TurnOptions): Promise<TakenTurn> {
  const { timeout_seconds, interrupted } = options;
  using patience = new TimeLimit(
    `the engine had no place for the run within ${timeout_seconds} s`,
    timeout_seconds,
  );
  const waiting = AbortSignal.any([patience.signal, interrupted]);
  let accepted: Accepted;
  try {
    accepted = await start(client, turn, options, waiting);
  } catch (error) {
    const problem = waiting.aborted ? String(waiting.reason.message) : refusal(error);
    return { run: null, seconds: 0, problem };
  }
  using limit = new TimeLimit(`the run did not end within ${timeout_seconds} s`, timeout_seconds);
  const { run_id, since } = accepted;
  using watch = new RunWatch(client, run_id, turn.approve, AbortSignal.any([limit.signal, interrupted]));
  const run = observeRun(run_id, await watch.events());
  const seconds = (performance.now() - since) / 1000;
  if (run.outcome === null && !(await client.answers())) throw new EngineUnavailable("the engine is gone");
  return { run, seconds, problem: watch.problem };
}

interface Accepted {
  readonly run_id: RunId;
  /** When the request that was accepted was sent, by `performance.now()`. */
  readonly since: number;
}

/** Starts the run; while the engine has no place for it, waits for one. */
async function start(
  client: RunClient,
  { message, mode, context }: Turn,
  { conversation_id, metadata }: TurnOptions,
  enough: AbortSignal,
): Promise<Accepted> {
  for (;;) {
    const since = performance.now();
    try {
      const run_id = await client.start({
        message,
        metadata,
        ...(mode !== undefined && { mode }),
        ...(context !== undefined && { context }),
        ...(conversation_id !== undefined && { conversation_id }),
      });
      return { run_id, since };
    } catch (error) {
      if (!(error instanceof ApiError && BUSY.includes(error.status))) throw error;
      await pause((error.retry_after_seconds ?? 1) * 1000, null, { signal: enough });
    }
  }
}

/** Why the engine took no message. Throws EngineUnavailable when it will take no other either. */
function refusal(error: unknown): string {
  if (error instanceof ApiError && !NOT_LET_IN.includes(error.status)) {
    return `the engine refused: ${error.message}`;
  }
  const why = error instanceof Error ? error.message : String(error);
  throw new EngineUnavailable(`the engine cannot be used: ${why}`, { cause: error });
}

/** Aborts with a sentence when the time is up. */
class TimeLimit implements Disposable {
  readonly #over = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(told: string, seconds: number) {
    this.#timer = setTimeout(() => this.#over.abort(new Error(told)), seconds * 1000);
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
