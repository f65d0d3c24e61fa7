import type { EvalCase } from "../../../domain/evaluation/case.ts";
import { type Attempt, passed } from "../../../domain/evaluation/report.ts";
import type { Observer } from "./evaluation.ts";
import { printable } from "./printable.ts";

/** Where progress is shown: a terminal, or a pipe that wants whole lines. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const BAR = 24;
const REDRAW_MS = 1_000;
const CLEAR_LINE = "\r\u001b[K";

/** Shows how far an evaluation is: one line that is drawn anew on a terminal, else a line per attempt. */
export class Progress implements Observer, Disposable {
  readonly #stream: ProgressStream;
  readonly #all: number;
  readonly #started = performance.now();
  readonly #redraw: NodeJS.Timeout | null;
  #running = 0;
  #finished = 0;
  #failed = 0;

  constructor(stream: ProgressStream, attempts: number) {
    this.#stream = stream;
    this.#all = attempts;
    this.#redraw = stream.isTTY ? setInterval(() => this.#draw(), REDRAW_MS) : null;
  }

  started(): void {
    this.#running += 1;
    this.#draw();
  }

  finished(one: EvalCase, attempt: Attempt): void {
    this.#running -= 1;
    this.#finished += 1;
    if (!passed(attempt)) this.#failed += 1;
    this.#draw();
    if (this.#stream.isTTY) return;
    const place = `${this.#finished}/${this.#all}`;
    const verdict = passed(attempt) ? "pass" : "FAIL";
    this.#stream.write(`${place} ${verdict} ${printable(one.id)} ${attempt.seconds.toFixed(1)} s\n`);
  }

  [Symbol.dispose](): void {
    if (this.#redraw === null) return;
    clearInterval(this.#redraw);
    this.#stream.write(CLEAR_LINE);
  }

  #draw(): void {
    if (!this.#stream.isTTY) return;
    const full = Math.round((BAR * this.#finished) / Math.max(1, this.#all));
    const bar = "█".repeat(full) + "░".repeat(BAR - full);
    const seconds = Math.round((performance.now() - this.#started) / 1000);
    const line = `${bar} ${this.#finished}/${this.#all}  ${this.#failed} failed  ${this.#running} running  ${seconds} s`;
    this.#stream.write(CLEAR_LINE + line.slice(0, (this.#stream.columns ?? 80) - 1));
  }
}
