import { setTimeout } from "node:timers/promises";
import { TerminalError, TransientError } from "../../domain/errors.ts";
import type { Embedder } from "../../domain/ports/embedder.ts";
import type { Log } from "../../domain/ports/log.ts";
import { VectorIndex } from "./vector-index.ts";

/** One attempt at a whole corpus; what it made is kept for the next one. */
const ATTEMPT_TIMEOUT_MS = 10 * 60_000;
/** Pauses between attempts: the first, doubled up to the second. */
const BACKOFF_MS = { first: 1000, longest: 60_000 };
/** A server that wants more is asked again all the same. */
const LONGEST_PAUSE_MS = 60 * 60_000;

export interface CorpusVectorsOptions {
  /** How long `started` waits. Within it, cached vectors and small corpora are there before the first search. */
  readonly patience_ms: number;
  /** Nobody asked for this model by name: when the server does not have it, nothing is missing. */
  readonly optional: boolean;
}

/**
 * The vectors of one corpus, made behind: an attempt that fails for now is made again until it succeeds, one
 * that fails for good is not. Whoever made it closes it.
 */
export class CorpusVectors implements AsyncDisposable {
  readonly #texts: readonly string[];
  readonly #embedder: Embedder;
  readonly #log: Log;
  readonly #options: CorpusVectorsOptions;
  readonly #stop = new AbortController();
  readonly #attempt = Promise.withResolvers<void>();
  #index: VectorIndex | null = null;
  #missing: string | null = "the documents are still being embedded";
  #filling: Promise<void> | null;
  #refilled = false;

  constructor(texts: readonly string[], embedder: Embedder, log: Log, options: CorpusVectorsOptions) {
    this.#texts = texts;
    this.#embedder = embedder;
    this.#log = log;
    this.#options = options;
    this.#filling = this.#fill();
  }

  /** Null until all vectors are there. */
  get index(): VectorIndex | null {
    return this.#index;
  }

  /** Why there is no index, when there should be one. */
  get missing(): string | null {
    return this.#missing;
  }

  /** Resolves when the first attempt has ended, well or not, or patience has. */
  async started(): Promise<void> {
    const waiting = new AbortController();
    const { signal } = waiting;
    const patience = setTimeout(this.#options.patience_ms, undefined, { signal }).catch(() => undefined);
    await Promise.race([this.#attempt.promise, patience]);
    waiting.abort();
  }

  /**
   * The model makes vectors of another length than it made for the corpus: makes those anew, but only once, as
   * a model that keeps changing its mind would cost without end.
   */
  refill(): void {
    if (this.#refilled || this.#filling !== null || this.#stop.signal.aborted) return;
    this.#refilled = true;
    this.#index = null;
    this.#missing = "the documents are being embedded anew";
    this.#filling = this.#fill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#filling;
  }

  async #fill(): Promise<void> {
    const { signal } = this.#stop;
    for (let failures = 0; !signal.aborted; failures += 1) {
      const error = await this.#try(AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]));
      if (error !== null && !signal.aborted) this.#report(error, failures);
      this.#attempt.resolve();
      if (error === null || error instanceof TerminalError) break;
      await setTimeout(pauseMs(error, failures), undefined, { signal }).catch(() => undefined);
    }
    this.#filling = null;
  }

  /** What went wrong, or null. */
  async #try(signal: AbortSignal): Promise<unknown> {
    try {
      const start = performance.now();
      this.#index = new VectorIndex(await this.#embedder.embed(this.#texts, "document", signal));
      this.#missing = null;
      const duration_ms = Math.round(performance.now() - start);
      const { model } = this.#embedder;
      this.#log.info("documents embedded", { model, chunks: this.#texts.length, duration_ms });
      return null;
    } catch (error) {
      return error;
    }
  }

  #report(error: unknown, failures: number): void {
    const { model } = this.#embedder;
    if (error instanceof TerminalError) {
      this.#missing = this.#options.optional ? null : `the documents could not be embedded (${error.code})`;
      const remedy =
        "set OPENAI_EMBEDDING_MODEL to an embedding model of the server, or to off, and start again";
      this.#log.warn("the documents cannot be embedded, words alone find them", { model, remedy, error });
      return;
    }
    this.#missing = "the documents could not be embedded yet";
    const fact = "the documents could not be embedded yet, words alone find them meanwhile";
    // An outage is news once.
    if (failures === 0) this.#log.warn(fact, { model, error });
    else this.#log.debug(fact, { model, error });
  }
}

/** With jitter, so that workers do not come back all at once, and not before the server wants it. */
function pauseMs(error: unknown, failures: number): number {
  const told = error instanceof TransientError ? (error.retry_after_seconds ?? 0) * 1000 : 0;
  const backoff = Math.min(BACKOFF_MS.first * 2 ** Math.min(failures, 10), BACKOFF_MS.longest);
  return Math.max(Math.min(told, LONGEST_PAUSE_MS), backoff * (0.75 + Math.random() / 4));
}
