import { OutputGuard } from "../domain/guardrails/output-guard.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { StepContext } from "./workflow-step.ts";

/** While text streams, it is committed this often: often enough for the eye, seldom enough for the store. */
const FLUSH_MS = 30;

export interface OutputStreamOptions {
  readonly attempt: number;
  /** Commit the first text at once, for a model whose next text is a while away. */
  readonly leading: boolean;
  /** Redact secrets before they are streamed. */
  readonly guarded: boolean;
  readonly secrets: readonly string[];
}

/**
 * Gathers streamed text into output events. While one commit is under way, text gathers for the next, so
 * a slow store makes chunks larger and not the queue longer.
 */
export class OutputStream {
  readonly #context: StepContext;
  readonly #clock: Clock;
  readonly #options: OutputStreamOptions;
  readonly #guard: OutputGuard | null;
  #closing = false;
  /** Ends the pause before the next commit. */
  #wake = (): void => undefined;
  #pending = "";
  #text = "";
  #flushing: Promise<void> | null = null;
  #error: unknown = null;

  constructor(context: StepContext, clock: Clock, options: OutputStreamOptions) {
    this.#context = context;
    this.#clock = clock;
    this.#options = options;
    this.#guard = options.guarded ? new OutputGuard({ secrets: options.secrets }) : null;
  }

  /** All text that was let out. */
  get text(): string {
    return this.#text;
  }

  /** How many secrets were taken out before they could be seen. */
  get redactions(): number {
    return this.#guard?.redactions ?? 0;
  }

  /** Throws what an earlier commit failed with. */
  write(delta: string): void {
    if (this.#error !== null) throw this.#error;
    this.#gather(this.#guard === null ? delta : this.#guard.push(delta));
    if (this.#pending !== "" && this.#flushing === null) this.#flushing = this.#flush();
  }

  /** Reports what is left; it becomes durable with the next commit. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wake();
    await this.#flushing;
    if (this.#error !== null) throw this.#error;
    if (this.#guard !== null) this.#gather(this.#guard.flush());
    this.#report();
  }

  #gather(text: string): void {
    this.#pending += text;
    this.#text += text;
  }

  async #flush(): Promise<void> {
    try {
      let wait = this.#text !== this.#pending || !this.#options.leading;
      while (this.#pending !== "") {
        if (wait && !this.#closing) await this.#pause();
        if (this.#closing) break;
        this.#report();
        await this.#context.flush({ streaming: true });
        wait = true;
      }
    } catch (error) {
      this.#error = error;
    }
    this.#flushing = null;
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const cancel = this.#clock.alarm(FLUSH_MS, resolve);
    await promise;
    cancel();
  }

  #report(): void {
    if (this.#pending === "") return;
    const text = this.#pending;
    this.#pending = "";
    this.#context.observe({
      type: "output.chunk",
      data: { text, step: "respond", attempt: this.#options.attempt },
    });
  }
}
