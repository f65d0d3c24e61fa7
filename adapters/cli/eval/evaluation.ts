import { randomUUID } from "node:crypto";
import type { EvalCase } from "../../../domain/evaluation/case.ts";
import { type Finding, judge } from "../../../domain/evaluation/judge.ts";
import {
  type Attempt,
  add,
  NOTHING_SPENT,
  type Report,
  reportOn,
  type Spending,
} from "../../../domain/evaluation/report.ts";
import type { RunClient } from "../run-client.ts";
import { type Thread, threadsOf } from "./threads.ts";
import { EngineUnavailable, type TakenTurn, takeTurn } from "./turn.ts";

export interface EvaluationOptions {
  readonly concurrency: number;
  /** How often each case is tried. */
  readonly repeat: number;
  /** Per run. */
  readonly timeout_seconds: number;
  readonly isSelected: (one: EvalCase) => boolean;
}

export interface Observer {
  started(one: EvalCase): void;
  finished(one: EvalCase, attempt: Attempt): void;
}

export interface Evaluated {
  readonly report: Report;
  /** Why it was broken off: the engine went away. null when it was not, also when it was interrupted. */
  readonly broken_off: string | null;
}

/** Tries cases against an engine, some at a time, and reports on what was tried. */
export class Evaluation {
  readonly #client: RunClient;
  readonly #observer: Observer;
  readonly #options: EvaluationOptions;
  /** In the runs' metadata, so that they can be told from others. */
  readonly #id = randomUUID();
  readonly #attempts = new Map<EvalCase, Attempt[]>();

  constructor(client: RunClient, observer: Observer, options: EvaluationOptions) {
    this.#client = client;
    this.#observer = observer;
    this.#options = options;
  }

  /** `interrupted` stops it: runs under way are cancelled, what was tried is reported. */
  async run(cases: readonly EvalCase[], interrupted: AbortSignal): Promise<Evaluated> {
    const { concurrency, repeat, isSelected } = this.#options;
    for (const one of cases) this.#attempts.set(one, []);
    const once = threadsOf(cases, isSelected);
    const waiting = Array.from({ length: repeat }, () => once)
      .flat()
      .values();
    const broken = new AbortController();
    const stop = AbortSignal.any([interrupted, broken.signal]);
    const work = async () => {
      for (const thread of waiting) {
        if (stop.aborted) return;
        await this.#follow(thread, stop);
      }
    };
    const working = Array.from({ length: concurrency }, () =>
      work().catch((error: unknown) => {
        broken.abort(error);
        if (!(error instanceof EngineUnavailable)) throw error;
      }),
    );
    await Promise.all(working);
    const broken_off = broken.signal.aborted ? String(broken.signal.reason.message) : null;
    return { report: reportOn([...this.#attempts]), broken_off };
  }

  async #follow({ turns, is_conversation }: Thread, interrupted: AbortSignal): Promise<void> {
    const conversation_id = `eval-${randomUUID()}`;
    let spent = NOTHING_SPENT;
    let lost: string | null = null;
    for (const turn of turns) {
      if (interrupted.aborted) return;
      const { judged, message } = turn;
      if (judged !== null) this.#observer.started(judged);
      const taken: TakenTurn =
        lost === null || judged === null
          ? await takeTurn(this.#client, turn, {
              timeout_seconds: this.#options.timeout_seconds,
              interrupted,
              metadata: { evaluation: this.#id, ...(judged !== null && { case: judged.id }) },
              ...(is_conversation && { conversation_id }),
            })
          : { run: null, seconds: 0, problem: lost };
      // An interrupted run says nothing about its case.
      if (interrupted.aborted && taken.problem !== null) return;
      spent = add(spent, taken.run ?? NOTHING_SPENT);
      if (judged === null) {
        if (taken.problem !== null) lost = `the earlier message “${message}” went wrong: ${taken.problem}`;
        continue;
      }
      this.#record(judged, taken, spent);
      spent = NOTHING_SPENT;
      lost = null;
    }
  }

  #record(judged: EvalCase, taken: TakenTurn, spent: Spending): void {
    const { run, seconds } = taken;
    const attempt: Attempt = { findings: findingsOf(judged, taken), run, seconds, spent };
    this.#attempts.get(judged)?.push(attempt);
    this.#observer.finished(judged, attempt);
  }
}

function findingsOf(judged: EvalCase, { run, seconds, problem }: TakenTurn): readonly Finding[] {
  if (run !== null && problem === null) return judge(judged, run, seconds);
  const found = problem ?? "no run came about";
  return [{ expectation: "ending", expected: "a run that comes to its end", found }];
}
