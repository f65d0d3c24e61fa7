import { EventSourceParserStream } from "eventsource-parser/stream";
import { isTerminal, type RunEvent } from "../../../../domain/run/events.ts";
import { evolve } from "../../../../domain/run/evolve.ts";
import type { RunState } from "../../../../domain/run/state.ts";
import { backoffMs } from "../api/backoff.ts";
import type { ApiClient } from "../api/client.ts";
import type { Credentials } from "../api/credentials.ts";
import { ApiProblem, isTransient } from "../api/problem.ts";
import { Store } from "../api/store.ts";

export type Connection =
  | { readonly status: "connecting" }
  | { readonly status: "live" }
  /** `retry_at`: in milliseconds since the epoch. */
  | { readonly status: "reconnecting"; readonly retry_at: number; readonly attempt: number }
  /** The run has ended, and all of it is here. */
  | { readonly status: "complete" }
  /** A key is needed; it goes on as soon as there is one. */
  | { readonly status: "unauthorized" }
  /** The API will not tell: there is no such run, mostly. */
  | { readonly status: "refused"; readonly problem: ApiProblem };

export interface RunSnapshot {
  readonly run_id: string;
  /** From the first, in order, without a gap. */
  readonly events: readonly RunEvent[];
  /** The events folded by the domain; null before the first, and for what is no run (knowledge ingestion). */
  readonly state: RunState | null;
  readonly connection: Connection;
}

export interface RunFeedOptions {
  readonly api: ApiClient;
  readonly credentials: Credentials;
  /** Calls back when it is time to draw: once per frame, so that a flood of events costs one rendering. */
  readonly schedule: (draw: () => void) => void;
  /** Silence after which a connection counts as dead; three of the server's pings by default. */
  readonly silence_ms?: number;
}

const SILENCE_MS = 45_000;

/**
 * Follows one run: its history, then what comes, each event once, whatever happens to the connection. What was
 * received is never asked for again, and a gap is never shown.
 */
export class RunFeed extends Store<RunSnapshot> {
  readonly run_id: string;
  readonly #options: RunFeedOptions;
  #events: readonly RunEvent[] = [];
  #arrived: RunEvent[] = [];
  #state: RunState | null = null;
  #connection: Connection = { status: "connecting" };
  #drawing = false;
  #following: AbortController | null = null;
  #hurry: (() => void) | null = null;

  constructor(run_id: string, options: RunFeedOptions) {
    super({ run_id, events: [], state: null, connection: { status: "connecting" } });
    this.run_id = run_id;
    this.#options = options;
  }

  /** Begins, or goes on where it was stopped. */
  start(): void {
    if (this.#following !== null) return;
    const following = new AbortController();
    this.#following = following;
    void this.#follow(following.signal);
  }

  stop(): void {
    if (this.#following === null) return;
    this.#following.abort();
    this.#following = null;
    if (!this.isOver) this.#connect({ status: "connecting" });
  }

  /** Reconnects at once instead of waiting. */
  readonly retryNow = (): void => this.#hurry?.();

  get isComplete(): boolean {
    return this.#connection.status === "complete";
  }

  /** Nothing comes any more, whoever follows. */
  get isOver(): boolean {
    return this.isComplete || this.#connection.status === "refused";
  }

  async #follow(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted && !this.isComplete) {
      const before = this.#lastSeq;
      try {
        await this.#stream(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ApiProblem && error.status === 401) {
          this.#connect({ status: "unauthorized" });
          await this.#keyChange(signal);
          continue;
        }
        if (!isTransient(error) && error instanceof ApiProblem) {
          this.#connect({ status: "refused", problem: error });
          return;
        }
      }
      if (this.isComplete || signal.aborted) return;
      failures = this.#lastSeq > before ? 0 : failures + 1;
      await this.#pause(failures, signal);
    }
  }

  /** One connection, from behind the last event to its end. Rejects when it breaks or falls silent. */
  async #stream(signal: AbortSignal): Promise<void> {
    const silence = new AbortController();
    const dead = () => silence.abort(new Error("the stream fell silent"));
    let watchdog = setTimeout(dead, this.#options.silence_ms ?? SILENCE_MS);
    try {
      const until = AbortSignal.any([signal, silence.signal]);
      const body = await this.#options.api.stream(this.run_id, this.#lastSeq, until);
      if (body === null) return this.#connect({ status: "complete" });
      this.#connect({ status: "live" });
      const frames = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
      const reader = frames.getReader();
      for (;;) {
        const { done, value: frame } = await reader.read();
        if (done) return;
        clearTimeout(watchdog);
        watchdog = setTimeout(dead, this.#options.silence_ms ?? SILENCE_MS);
        if (frame.event !== undefined) continue;
        const went = this.#take(JSON.parse(frame.data) as RunEvent);
        if (went === "gap") return await reader.cancel();
        if (went === "end") return this.#connect({ status: "complete" });
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  /** What was there before is skipped; what does not follow is not taken. */
  #take(event: RunEvent): "next" | "known" | "gap" | "end" {
    if (event.seq <= this.#lastSeq) return "known";
    if (event.seq !== this.#lastSeq + 1) return "gap";
    this.#arrived.push(event);
    const isRun = this.#state !== null || event.type === "run.started";
    if (isRun) this.#state = evolve(this.#state, event);
    this.#draw();
    return isTerminal(event) ? "end" : "next";
  }

  #connect(connection: Connection): void {
    this.#connection = connection;
    this.#draw();
  }

  #draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    this.#options.schedule(() => {
      this.#drawing = false;
      if (this.#arrived.length > 0) this.#events = this.#events.concat(this.#arrived);
      this.#arrived = [];
      this.update({
        run_id: this.run_id,
        events: this.#events,
        state: this.#state,
        connection: this.#connection,
      });
    });
  }

  async #pause(failures: number, signal: AbortSignal): Promise<void> {
    const pause = backoffMs(failures);
    this.#connect({ status: "reconnecting", retry_at: Date.now() + pause, attempt: failures + 1 });
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, pause);
    this.#hurry = resolve;
    signal.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    clearTimeout(timer);
    this.#hurry = null;
  }

  async #keyChange(signal: AbortSignal): Promise<void> {
    const { credentials } = this.#options;
    // There is another one already: it came while the old one was being refused.
    if (!credentials.snapshot().needed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = credentials.subscribe(() => credentials.snapshot().needed || resolve());
    signal.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    stop();
  }

  get #lastSeq(): number {
    return this.#arrived.at(-1)?.seq ?? this.#events.at(-1)?.seq ?? 0;
  }
}
